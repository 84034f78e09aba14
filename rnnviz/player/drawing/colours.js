// Colours as numbers, and the colours of values.

/** @import { Theme } from "../types.js" */
/** @typedef {[number, number, number]} Rgb */

/** @param {number} v */
export const clamp = (v) => (Number.isNaN(v) ? NaN : Math.max(-1, Math.min(1, v)));

/**
 * A colour of CSS, #rrggbb or rgb(...), as three numbers from 0 to 255.
 * @param {string} colour
 * @returns {Rgb}
 */
export function channels(colour) {
  const found = colour.trim().match(/^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i);
  const numbers = found
    ? found.slice(1).map((part) => Number.parseInt(part, 16))
    : (colour.match(/\d+/g) ?? [255, 255, 255]).slice(0, 3).map(Number);
  return /** @type {Rgb} */ (numbers);
}

/**
 * Relative luminance (WCAG 2.2).
 * @param {Rgb} rgb
 */
export function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => {
    const v = c / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} colour */
export const dark = (colour) => luminance(channels(colour)) < 0.2;

/** The colours of a theme, and the font: what everything is drawn with. */
export class Palette {
  /** @type {Rgb[]} */
  #scale;

  /**
   * @param {Theme} theme
   * @param {string} font
   */
  constructor(theme, font) {
    this.theme = theme;
    this.font = font;
    this.#scale = theme.scale.map(channels);
  }

  /**
   * The colour of a value from -1 to 1, as Plotly mixes it.
   * @param {number} v
   * @returns {Rgb}
   */
  colour(v) {
    const at = ((v + 1) / 2) * (this.#scale.length - 1);
    const k = Math.min(Math.floor(at), this.#scale.length - 2);
    const mixed = [0, 1, 2].map((c) => this.#scale[k][c] * (1 - (at - k)) + this.#scale[k + 1][c] * (at - k));
    return /** @type {Rgb} */ (mixed);
  }

  /**
   * The same as CSS.
   * @param {number} v
   */
  css(v) {
    return `rgb(${this.colour(v).map(Math.round).join(",")})`;
  }

  /**
   * Black or white, whichever is read better on the colour of a value from -1 to 1.
   * @param {number} v
   */
  contrast(v) {
    if (Number.isNaN(v)) return this.theme.ink;
    const light = luminance(this.colour(v));
    return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
  }

  /**
   * A cell of a heatmap, on a canvas.
   * @param {CanvasRenderingContext2D} pen
   * @param {number} x
   * @param {number} y
   * @param {number} width
   * @param {number} height
   * @param {number} v
   */
  paint(pen, x, y, width, height, v) {
    pen.fillStyle = Number.isNaN(v) ? this.theme.background : this.css(v);
    pen.fillRect(x, y, width - (width > 6 ? 1 : 0), height - (height > 6 ? 1 : 0));
  }
}
