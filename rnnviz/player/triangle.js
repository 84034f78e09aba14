// Triangles: what each step has to do with each earlier one, drawn and asked. A click on a step shades the earlier ones,
// and tells why they fade.

import { paletteOf } from "./beside.js";
import { escaped, fill, raised, show, small } from "./writing.js";

/** @import { Palette } from "./drawing/colours.js" */
/** @import { Panel, Triangles } from "./types.js" */

const NS = "http://www.w3.org/2000/svg";
const [MANY, CHAIN] = [6, 4]; // numbers of a state, and Jacobians, that are shown
const DECADES = 6; // powers of ten that colours tell apart
const CHART = { width: 420, height: 150, left: 46, right: 8, top: 10, bottom: 22 };

/** A colour from 0 (nothing) to 1 for a size, where `high` is the logarithm of the largest. @param {number} v @param {number} high */
export const shadeOf = (v, high) => (v > 0 ? Math.max(0.06, Math.min(1, 1 + (Math.log10(v) - high) / DECADES)) : 0);

/** The largest number of all panels, as a power of ten. @param {Panel[]} panels */
export function highest(panels) {
  const all = panels.flatMap(({ norms }) => norms.flat()).filter((v) => v > 0);
  return all.length ? Math.log10(Math.max(...all)) : 0;
}

/**
 * What the earlier steps give to step t, as parts of the largest.
 * @param {number[]} row
 */
export function influence(row) {
  const most = Math.max(...row);
  return row.map((v) => (most > 0 ? v / most : 0));
}

/**
 * A tag with text or children.
 * @param {string} tag
 * @param {string} [name] its class
 * @param {string} [inner] as HTML
 */
function made(tag, name = "", inner = "") {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.innerHTML = inner;
  return element;
}

/** @param {string} tag @param {Record<string, string | number>} values @param {string} [text] */
function svg(tag, values, text = "") {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(value));
  element.textContent = text;
  return element;
}

/** @param {number} v */
const signed = (v) => (v < 0 ? "−" : "") + Math.abs(v).toFixed(2);

class Figure {
  /** The step that is asked, from 1. */
  t;
  /** The step that it is asked about, from 1. @type {number | null} */
  k = null;
  /** What the reader expects: logarithms by step. @type {Map<number, number>} */
  guess = new Map();
  guessing = false;

  /**
   * @param {HTMLElement} root
   * @param {Triangles} data
   * @param {Panel} panel
   * @param {Palette} palette
   * @param {(t: number, k: number | null) => void} choose in all panels
   */
  constructor(root, data, panel, palette, choose) {
    this.root = root;
    this.data = data;
    this.panel = panel;
    this.palette = palette;
    this.choose = choose;
    this.t = panel.labels.length;
  }

  get words() {
    return this.data.words;
  }

  /** How one number is called. @param {number} t @param {number} k */
  what(t, k) {
    return fill(this.panel.what, { t, k });
  }

  draw() {
    const { panel, root } = this;
    root.replaceChildren(made("h3", "", panel.name));
    root.append(this.#strip(), this.#grid(), this.#told());
    if (panel.apart) root.append(this.#why());
    for (const text of panel.about) root.append(made("p", "tri-about", text));
  }

  /** The triangle: a row for each step, a column for each earlier one. */
  #grid() {
    const { panel, palette } = this;
    const T = panel.labels.length;
    const size = Math.max(4, Math.min(34, Math.floor((this.root.clientWidth - 40) / T), Math.floor(240 / T)));
    const left = 34;
    const high = highest(this.data.panels);
    const canvas = document.createElement("canvas");
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [left + T * size + 2, T * size + 24];
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    canvas.tabIndex = 0;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${panel.name}: ${this.#sentence()}`.replace(/<[^>]*>/g, ""));
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    pen.scale(ratio, ratio);
    const every = Math.max(1, Math.ceil(14 / size));
    pen.font = `${Math.max(11, Math.min(15, size * 0.6))}px ${palette.font}`;
    for (let t = 1; t <= T; t++) {
      for (let k = 1; k <= T; k++) {
        const v = panel.norms[t - 1][k - 1];
        if (k > t && !v) continue;
        palette.paint(pen, left + (k - 1) * size, (t - 1) * size, size, size, shadeOf(v, high));
      }
      pen.fillStyle = t === this.t ? palette.theme.accent : palette.theme.ink;
      const shown = t === this.t || (t % every === 0 && Math.abs(t - this.t) >= every);
      if (!shown) continue;
      pen.textAlign = "right";
      pen.textBaseline = "middle";
      pen.fillText(panel.labels[t - 1].slice(0, 3), left - 6, (t - 0.5) * size);
      pen.textAlign = "center";
      pen.textBaseline = "top";
      pen.fillText(panel.labels[t - 1].slice(0, 3), left + (t - 0.5) * size, T * size + 5);
    }
    pen.strokeStyle = palette.theme.accent;
    pen.lineWidth = 2;
    pen.strokeRect(left + 1, (this.t - 1) * size + 1, this.t * size - 2, size - 2);
    if (this.k) pen.strokeRect(left + (this.k - 1) * size + 2, (this.t - 1) * size + 2, size - 4, size - 4);
    canvas.addEventListener("click", ({ offsetX, offsetY }) => {
      const [t, k] = [Math.floor(offsetY / size) + 1, Math.floor((offsetX - left) / size) + 1];
      if (t >= 1 && t <= T) this.choose(t, k >= 1 && k <= T && panel.norms[t - 1][k - 1] >= 0 && k <= T ? k : null);
    });
    canvas.addEventListener("keydown", (event) => this.#key(event));
    return canvas;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const T = this.panel.labels.length;
    const down = Number(event.key === "ArrowDown") - Number(event.key === "ArrowUp");
    const right = Number(event.key === "ArrowRight") - Number(event.key === "ArrowLeft");
    if (!down && !right) return;
    event.preventDefault();
    event.stopPropagation();
    const t = Math.max(1, Math.min(T, this.t + down));
    const k = right || this.k ? Math.max(1, Math.min(t, (this.k ?? t) + right)) : null;
    this.choose(t, k);
  }

  /** What is said of the step that is asked. */
  #sentence() {
    const { panel, words, t, k } = this;
    if (!k) return this.data.kind === "items" ? words.items : words.pick;
    const v = panel.norms[t - 1][k - 1];
    return fill(v > 0 ? words.norm : words.none, { what: this.what(t, k), value: small(v) });
  }

  #told() {
    const { panel, words, t, k } = this;
    const box = made("p", "tri-told", this.#sentence());
    box.setAttribute("role", "status");
    if (!k || !panel.vectors) return box;
    const [one, all] = [panel.vectors[t - 1][k - 1], panel.vectors.map((row) => row[k - 1])];
    const sum = one.map((_, i) => all.reduce((total, vector) => total + vector[i], 0));
    const listed = (/** @type {number[]} */ v) => `(${v.map((x) => x.toFixed(4).replace("-", "−")).join(", ")})`;
    box.innerHTML += this.#chain(t, k);
    box.innerHTML += `<br>${fill(words.item, { t, numbers: listed(one) })}<br>${fill(words.column, { numbers: listed(sum) })}`;
    return box;
  }

  /**
   * How a derivative comes from step t to step k: multiplied by the Jacobian of each step on the way.
   * @param {number} t
   * @param {number} k
   */
  #chain(t, k) {
    const { panel, words, palette } = this;
    const { chain } = panel;
    if (!chain || t === k) return "";
    const { states, steps, carried } = chain;
    const numbers = steps[0].length <= MANY; // else colours alone; a number is told where the mouse is
    const most = Math.max(1, ...steps.flat(2).map(Math.abs));
    const cell = (/** @type {number} */ v, /** @type {number} */ scale) => {
      const shade = Math.max(-1, Math.min(1, v / scale));
      const text = show(v, false, 3);
      const style = `background:${palette.css(shade)};color:${palette.contrast(shade)}`;
      return numbers
        ? `<td style="${style}">${text}</td>`
        : `<td class="tri-small" style="${style}" title="${text}"></td>`;
    };
    const matrix = (/** @type {number[][]} */ m, scale = most) =>
      `<table>${m.map((line) => `<tr>${line.map((one) => cell(one, scale)).join("")}</tr>`).join("")}</table>`;
    const vector = (/** @type {number[]} */ v) => matrix([v], Math.max(...v.map(Math.abs)) || 1);
    const shown = numbers || steps[0].length <= 16 ? CHAIN : CHAIN / 2;
    const from = Math.max(k, t - shown);
    const row = carried[t - 1];
    let html = `<span class="tri-chain">${vector(row[t - 1])}`;
    for (let at = t; at > from; at--) html += `<i>J<sub>${at}</sub></i>${matrix(steps[at - 1])}`;
    const more = from > k ? "…" : "";
    const parts = states.map(([name, size]) => `${name} (${size})`).join(", ");
    const told = states.length > 1 ? fill(words.chain_of, { parts }) : words.chain;
    return `<br>${told}${html}${more}<i>=</i>${vector(row[k - 1])}</span>`;
  }

  /** The sequence, each step as dark as the chosen one depends on it. */
  #strip() {
    const { panel, palette, t } = this;
    const strip = made("div", "tri-strip");
    const shares = influence(panel.norms[t - 1]);
    for (const [i, label] of panel.labels.entries()) {
      const cell = /** @type {HTMLButtonElement} */ (made("button", "", escaped(label)));
      cell.type = "button";
      cell.style.background = palette.css(shares[i]);
      cell.style.color = palette.contrast(shares[i]);
      cell.setAttribute("aria-pressed", String(i + 1 === t));
      cell.addEventListener("click", () => this.choose(i + 1, null));
      strip.append(cell);
    }
    return strip;
  }

  /** Why it fades: the derivative on its way back, and its two causes, as powers of ten. */
  #why() {
    const { panel, words, palette, t } = this;
    const { apart } = panel;
    const box = made("div", "tri-why", `<b>${fill(words.why, { t })}</b>`);
    const row = apart?.rows[String(t)];
    if (!apart || t < 2) return box;
    if (!row) {
      box.append(made("p", "tri-about", words.unasked));
      return box;
    }
    const { whole, first } = row;
    /** Sums of what each half did, from step t back. @type {[number[], number[]]} */
    const sums = [Array(t).fill(0), Array(t).fill(0)];
    for (let k = t - 2; k >= 0; k--) {
      sums[0][k] = sums[0][k + 1] + first[k];
      sums[1][k] = sums[1][k + 1] + (whole[k] - whole[k + 1] - first[k]);
    }
    const total = whole.map((v) => v - whole[t - 1]);
    /** @type {Record<string, string>} */
    const called = { slopes: words.slopes, weights: words.weights, carry: words.carry, rest: words.rest };
    const names = apart.kinds.map((kind) => called[kind]);
    /** @type {[number[], string, string, string][]} */
    const lines = [
      [sums[0], palette.theme.terms[0], names[0], "5 3"],
      [sums[1], palette.theme.terms[1], names[1], "2 3"],
      [total, palette.theme.accent, words.whole, ""],
    ];
    if (apart.length !== null) lines.push([Array(t).fill(0), palette.theme.ink, words.length, "1 6"]);
    const shown = this.guessing ? [] : lines;
    const all = lines.flatMap(([values]) => values);
    const [low, high] = [Math.floor(Math.min(-1, ...all)), Math.ceil(Math.max(0.5, ...all))];
    const { width, height, left, right, top, bottom } = CHART;
    const x = (/** @type {number} */ k) => left + ((k - 1) / Math.max(1, t - 1)) * (width - left - right);
    const y = (/** @type {number} */ v) => top + ((high - v) / (high - low)) * (height - top - bottom);
    const chart = /** @type {SVGSVGElement} */ (svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }));
    const told = fill(words.adds, {
      ...{ t, whole: signed(total[0]), one: signed(sums[0][0]), two: signed(Math.abs(sums[1][0])) },
      ...{ first: names[0], second: names[1], sign: sums[1][0] < -0.005 ? "−" : "+" },
    });
    chart.setAttribute("aria-label", told);
    const step = Math.max(1, Math.ceil((high - low) / 5));
    for (let v = low; v <= high; v += step) {
      chart.append(svg("line", { x1: left, x2: width - right, y1: y(v), y2: y(v), class: "tri-rule" }));
      chart.append(svg("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" }, `10${raised(v)}`));
    }
    for (let k = 1; k <= t; k += Math.max(1, Math.ceil(t / 20)))
      chart.append(svg("text", { x: x(k), y: height - 6, "text-anchor": "middle" }, panel.labels[k - 1].slice(0, 3)));
    for (const [values, stroke, , dash] of shown) {
      const points = values.map((v, k) => `${x(k + 1)},${y(v)}`).join(" ");
      chart.append(svg("polyline", { points, stroke, fill: "none", "stroke-width": 2.5, "stroke-dasharray": dash }));
    }
    const guessed = [...this.guess].sort(([a], [b]) => a - b);
    const points = guessed.map(([k, v]) => `${x(k)},${y(v)}`).join(" ");
    chart.append(svg("polyline", { points, class: "tri-guess", fill: "none" }));
    if (this.guessing) this.#drawOn(chart, t, low, high);
    box.append(chart);
    const legend = made("p", "tri-legend");
    for (const [, colour, name] of shown)
      legend.append(made("span", "", `<b style="background:${colour}"></b>${escaped(name)}`));
    const label = this.guessing ? words.drawn : words.draw;
    const button = /** @type {HTMLButtonElement} */ (made("button", "tri-button", escaped(label)));
    button.type = "button";
    button.addEventListener("click", () => {
      if (!this.guessing) this.guess.clear();
      this.guessing = !this.guessing;
      this.draw();
    });
    legend.append(button);
    box.append(legend, made("p", "tri-about", this.guessing ? words.guess : told));
    return box;
  }

  /**
   * The reader draws the curve that is expected.
   * @param {SVGSVGElement} chart
   * @param {number} t
   * @param {number} low
   * @param {number} high
   */
  #drawOn(chart, t, low, high) {
    const { width, height, left, right, top, bottom } = CHART;
    chart.classList.add("tri-drawing");
    const at = (/** @type {PointerEvent} */ event) => {
      const box = chart.getBoundingClientRect();
      const [px, py] = [
        (event.clientX - box.left) * (width / box.width),
        (event.clientY - box.top) * (height / box.height),
      ];
      const k = Math.round(1 + ((px - left) / (width - left - right)) * (t - 1));
      const v = high - ((py - top) / (height - top - bottom)) * (high - low);
      this.guess.set(Math.max(1, Math.min(t, k)), Math.max(low, Math.min(high, v)));
      const points = [...this.guess].sort(([a], [b]) => a - b);
      const x = (/** @type {number} */ one) => left + ((one - 1) / Math.max(1, t - 1)) * (width - left - right);
      const y = (/** @type {number} */ one) => top + ((high - one) / (high - low)) * (height - top - bottom);
      chart.querySelector(".tri-guess")?.setAttribute("points", points.map(([a, b]) => `${x(a)},${y(b)}`).join(" "));
    };
    chart.addEventListener("pointerdown", (event) => {
      chart.setPointerCapture(event.pointerId);
      at(event);
    });
    chart.addEventListener("pointermove", (event) => {
      if (event.buttons) at(event);
    });
  }
}

/**
 * The component.
 * @param {{ data: Triangles, parentElement: HTMLElement }} component
 */
export default function ({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".rnnviz-triangles"));
  const palette = paletteOf(root, data.themes);
  root.replaceChildren();
  /** @type {Figure[]} */
  const figures = [];
  const draw = () => {
    for (const figure of figures) figure.draw();
  };
  const choose = (/** @type {number} */ t, /** @type {number | null} */ k) => {
    const inside = root.contains(document.activeElement) ? document.activeElement?.closest(".tri-panel") : null;
    for (const figure of figures) {
      figure.t = Math.min(t, figure.panel.labels.length);
      figure.k = k;
    }
    draw();
    inside?.querySelector("canvas")?.focus({ preventScroll: true });
  };
  for (const panel of data.panels) {
    const box = made("div", "tri-panel");
    root.append(box);
    figures.push(new Figure(box, data, panel, palette, choose));
  }
  draw();
  let width = root.clientWidth;
  const observer = new ResizeObserver(() => {
    if (root.clientWidth === width) return;
    width = root.clientWidth;
    draw();
  });
  observer.observe(root);
  root.dataset.ready = "true";
  return () => observer.disconnect();
}
