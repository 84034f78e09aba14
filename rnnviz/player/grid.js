// A picture of cells behind one call: Plotly draws it at rest, a canvas over it what lies on top, and all in motion.

/** @import { Anchor, Baseline } from "./drawing/layout.js" */
/** @import { Palette } from "./drawing/colours.js" */

/** The part of Plotly that is used. @typedef {{ react: Function, restyle: Function, purge: Function }} Plotly */
/**
 * A text on a picture, in pixels; faint where it only explains.
 * @typedef {object} Label
 * @property {number} x
 * @property {number} y
 * @property {string} text
 * @property {Anchor} anchor
 * @property {Baseline} baseline
 * @property {number} size
 * @property {boolean} [faint]
 */
/**
 * What stands where, in pixels: the edges of columns and rows, texts, arrows. It changes only with the layout.
 * @typedef {object} Layout
 * @property {number} width
 * @property {number} height
 * @property {number[]} x
 * @property {number[]} y
 * @property {number} gap
 * @property {Label[]} labels
 * @property {{ x: (number | null)[], y: (number | null)[], heads: [number, number][] }} [arrows]
 */

/** @type {Promise<Plotly> | undefined} */
let loading;

/**
 * Plotly, loaded once a page.
 * @param {string} url
 * @returns {Promise<Plotly>}
 */
export function plotly(url) {
  const there = /** @type {{ Plotly?: Plotly }} */ (/** @type {unknown} */ (window)).Plotly;
  if (there) return Promise.resolve(there);
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(plotly(url));
    script.onerror = () => {
      loading = undefined;
      reject(new Error(`${url} did not load`));
    };
    document.head.append(script);
  });
  return loading;
}

export class Grid {
  /** @type {HTMLElement & { data?: unknown }} */
  #plot;
  /** @type {HTMLCanvasElement} */
  #canvas;

  /** @param {HTMLElement} holder with an element .rv-plot and a canvas over it */
  constructor(holder) {
    this.#plot = /** @type {HTMLElement} */ (holder.querySelector(".rv-plot"));
    this.#canvas = /** @type {HTMLCanvasElement} */ (holder.querySelector("canvas"));
  }

  /** Whether it has a picture, so that only its colours need to change. */
  get drawn() {
    return this.#plot.data !== undefined;
  }

  /**
   * The colours of all cells, from -1 to 1, NaN where there is none, on a layout: one heatmap on a grid whose edges are
   * pixels, one line trace for all arrows, no margins, so that data and page agree.
   * @param {Plotly} plotly
   * @param {Layout} layout
   * @param {Float32Array[]} z
   * @param {Palette} palette
   */
  draw(plotly, layout, z, { theme, font }) {
    const { width, height, x, y, gap, labels, arrows = { x: [], y: [], heads: [] } } = layout;
    const axis = { visible: false, fixedrange: true, autorange: false };
    const quiet = { hoverinfo: "skip", showlegend: false };
    const colorscale = theme.scale.map((colour, k) => [k / (theme.scale.length - 1), colour]);
    const heatmap = { type: "heatmap", z, x, y, zmin: -1, zmax: 1, zsmooth: false, xgap: gap, ygap: gap };
    const line = { color: theme.faint, width: 1.6, shape: "linear" };
    const marker = { symbol: "triangle-up", size: 8, color: theme.faint };
    const [headX, headY] = [0, 1].map((k) => arrows.heads.map((head) => head[k]));
    const traces = [
      { ...heatmap, showscale: false, hoverinfo: "skip", colorscale },
      { type: "scatter", mode: "lines", x: arrows.x, y: arrows.y, line, ...quiet },
      { type: "scatter", mode: "markers", x: headX, y: headY, marker, ...quiet },
    ];
    const annotations = labels.map((label) => ({
      x: label.x,
      y: label.y,
      text: label.text,
      showarrow: false,
      xanchor: label.anchor,
      yanchor: label.baseline,
      borderpad: 0,
      xshift: 0,
      font: { size: label.size, color: label.faint ? theme.faint : theme.ink, family: font },
    }));
    const page = {
      width,
      height,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      showlegend: false,
      annotations,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: font, color: theme.ink },
      xaxis: { ...axis, range: [0, width] },
      yaxis: { ...axis, range: [height, 0] },
    };
    plotly.react(this.#plot, traces, page, { staticPlot: true, displayModeBar: false });
  }

  /**
   * Other colours on the same layout.
   * @param {Plotly} plotly
   * @param {Float32Array[]} z
   */
  recolour(plotly, z) {
    plotly.restyle(this.#plot, { z: [z] }, [0]);
  }

  /**
   * No heatmap: all is drawn on the canvas.
   * @param {Plotly} plotly
   * @param {number} width
   * @param {number} height
   */
  clear(plotly, width, height) {
    if (this.drawn) plotly.purge(this.#plot);
    this.#plot.style.cssText = `width: ${width}px; height: ${height}px`;
  }

  /**
   * An empty canvas over the picture.
   * @param {number} width
   * @param {number} height
   */
  pen(width, height) {
    const ratio = window.devicePixelRatio || 1;
    this.#canvas.width = width * ratio;
    this.#canvas.height = height * ratio;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    const pen = /** @type {CanvasRenderingContext2D} */ (this.#canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    return pen;
  }
}
