// How a number and a name are written: as figures/writing.py does, by the examples of tests/writing.json.

/** @import { Shift } from "./types.js" */

export const MINUS = "\u2212";

/**
 * A number as it is printed: two decimals (or so many), whole numbers of an input as they are, large ones with a power
 * of ten.
 * @param {number} v
 */
export function show(v, whole = false, digits = 2) {
  if (Number.isNaN(v)) return "?";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : `${MINUS}∞`;
  const size = Math.abs(v);
  const text =
    size >= 1e4
      ? size.toExponential(digits - 2).replace("e+", "e")
      : size >= 100
        ? size.toFixed(digits - 2)
        : whole && Number.isInteger(v)
          ? String(size)
          : size.toFixed(digits);
  return (v < 0 && Number(text) !== 0 ? MINUS : "") + text;
}

/**
 * A number of the notation: six digits (or so many) at most, and no more than it needs; far from 1 a power of ten.
 * @param {number} v
 * @param {number} most
 */
export function constant(v, most = 6) {
  if (!Number.isFinite(v)) return show(v);
  const size = Number(Math.abs(v).toPrecision(most));
  const [digits, power] = size.toExponential().split("e").map(Number);
  const text = size === 0 || (power > -5 && power < 6) ? String(size) : `${digits}e${power}`.replace("-", MINUS);
  return (v < 0 && size ? MINUS : "") + text;
}

/**
 * What such a print of so many digits says.
 * @param {number} v
 * @param {number} digits
 */
export const rounded = (v, digits) => (Number.isFinite(v) ? Number(v.toPrecision(digits)) : v);

/** In parentheses where it begins with a minus. @param {string} text */
export const guarded = (text) => (text.startsWith(MINUS) ? `(${text})` : text);

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** @param {string | number} text */
export const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ENTITIES[c]);

/**
 * A text of the page with its {placeholders} filled in.
 * @param {string} text
 * @param {Record<string, string | number>} values
 */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

/**
 * A name and an index, in two: what stands on the line, and below it.
 * @param {string} name
 */
export function split(name, index = "") {
  const [head, ...tail] = name.split("_");
  const stem = head.replace(/\d+$/, "") || head;
  const below = [head.slice(stem.length) + tail.join("_"), index]
    .filter(Boolean)
    .join(index.startsWith("(") ? "" : ",");
  return { stem, below };
}

/**
 * `W_xh`, "2,3" -> W with its subscripts, as HTML.
 * @param {string} name
 */
export function named(name, index = "") {
  const { stem, below } = split(name, index);
  return `<i>${escaped(stem)}</i>${below ? `<sub>${escaped(below)}</sub>` : ""}`;
}

/**
 * The same as SVG, with a true subscript.
 * @param {string} name
 */
export function symbol(name, index = "") {
  const { stem, below } = split(name, index);
  return `<tspan font-style="italic">${escaped(stem)}</tspan><tspan dy="5" font-size="0.72em">${escaped(below)}</tspan>`;
}

/**
 * `t`, `t−1`, `t+2`, or the neighbour in a tree.
 * @param {Shift} shift
 */
export const shifted = (shift) =>
  typeof shift !== "number" ? String(shift) : shift === 0 ? "t" : `t${shift > 0 ? "+" : MINUS}${Math.abs(shift)}`;

/**
 * A step, with a true minus.
 * @param {number} t
 */
export const stepText = (t) => String(t).replace("-", MINUS);

/**
 * A label short enough for a tick: at most ten characters.
 * @param {string} text
 */
export const brief = (text) => ([...text].length > 10 ? `${[...text].slice(0, 9).join("")}…` : text);

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A whole number as an exponent. @param {number} n */
export const raised = (n) => (n < 0 ? "⁻" : "") + [...String(Math.abs(n))].map((d) => RAISED[Number(d)]).join("");

/**
 * A size, at least 0, as `show` writes it; one that would be written as zero with its power of ten.
 * @param {number} v
 */
export function small(v) {
  if (!(v > 0 && v < 0.005)) return show(v);
  const [digits, power] = v.toExponential(0).split("e");
  return `${digits}e${power.replace("+", "").replace("-", MINUS)}`;
}

/** Whether a letter is as wide as it is high, as those of Korean are. @param {string} letter */
export const full = (letter) => FULL.test(letter);
const FULL = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef\p{Extended_Pictographic}]/u;
