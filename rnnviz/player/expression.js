// Expressions: what is in one, and the value of one, from the values of what it reads.

/** @import { Call, Expression, Product, Shift, Source } from "./types.js" */

/**
 * Functions of every element by itself.
 * @type {Map<string, (a: number) => number>}
 */
const FUNCTIONS = new Map([
  ["tanh", Math.tanh],
  ["sigmoid", (a) => 0.5 * Math.tanh(0.5 * a) + 0.5],
  ["relu", (a) => (a > 0 || Number.isNaN(a) ? a : 0)],
  ["identity", (a) => a],
  ["step", (a) => (a > 0 ? 1 : Number.isNaN(a) ? NaN : 0)],
]);

/**
 * Element i of what a function of a whole vector makes of it.
 * @type {Map<string, (all: number[], i: number) => number>}
 */
const OF_VECTORS = new Map([
  [
    "softmax",
    (all, i) => {
      const top = Math.max(...all);
      return Math.exp(all[i] - top) / all.reduce((sum, v) => sum + Math.exp(v - top), 0);
    },
  ],
  ["total", (all) => all.reduce((sum, v) => sum + v, 0)],
  ["choose", (all, i) => (all.indexOf(Math.max(...all)) === i ? 1 : 0)],
]);

/**
 * Whether an expression is a function that makes each element of its own one alone.
 * @param {Source} e
 */
export const elementwise = (e) => e[0] === "call" && FUNCTIONS.has(e[1]);

/**
 * Inside such a function, if there is one: what goes into it.
 * @param {Expression} e
 * @returns {Expression}
 */
export const bodyOf = (e) => (e[0] === "call" && elementwise(e) ? e[2] : e);

/**
 * Where the values of signals and weights come from.
 * @typedef {object} Reader
 * @property {(name: string) => number} length how many numbers a signal has
 * @property {(name: string) => { rows: number, columns: number }} shape of a weight; a vector has one column
 * @property {(name: string, t: number | null, i: number) => number} signal row i at a step; null is no step at all
 * @property {(name: string, i: number, j: number, t: number) => number} weight
 * @property {(t: number, shift: Shift) => number | null} step what step t reads at a shift
 */

/**
 * The parts of an expression.
 * @param {Source} e
 * @returns {Expression[]}
 */
export function parts(e) {
  switch (e[0]) {
    case "sum":
    case "times":
      return /** @type {Expression[]} */ (e.slice(1));
    case "product":
    case "call":
      return [e[2]];
    default:
      return [];
  }
}

/**
 * A term without its minus: whether it is subtracted, and the rest.
 * @param {Expression} e
 * @returns {[boolean, Expression]}
 */
export function unsigned(e) {
  if (e[0] !== "times" || e[1][0] !== "number" || e[1][1] !== -1) return [false, e];
  return [true, e.length === 3 ? e[2] : ["times", ...parts(e).slice(1)]];
}

/**
 * All signals in an expression.
 * @param {Source} e
 * @returns {import("./types.js").SignalRead[]}
 */
export const signalsOf = (e) => (e[0] === "signal" ? [e] : parts(e).flatMap(signalsOf));

/**
 * The same expression, with another in the place of each signal.
 * @param {Expression} e
 * @param {(signal: import("./types.js").SignalRead) => Expression} change
 * @returns {Expression}
 */
export function mapSignals(e, change) {
  if (e[0] === "signal") return change(e);
  return /** @type {Expression} */ (
    e.map((part) => (Array.isArray(part) ? mapSignals(/** @type {Expression} */ (part), change) : part))
  );
}

/**
 * Whether two sources are the same.
 * @param {Source} one
 * @param {Source} other
 */
export const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * How many numbers an expression has; 0 for numbers alone, which fit any size.
 * @param {Expression} e
 * @param {Reader} reader
 * @returns {number}
 */
export function size(e, reader) {
  switch (e[0]) {
    case "signal":
      return reader.length(e[1]);
    case "vector":
      return reader.shape(e[1]).rows;
    case "product":
      return e[3] ? reader.shape(e[1]).columns : reader.shape(e[1]).rows;
    case "number":
      return 0;
    default:
      return Math.max(...parts(e).map((part) => size(part, reader)));
  }
}

/**
 * The products of one weight and one operand that make row i of W @ operand.
 * @param {Product} e
 * @param {number} i
 * @param {number} t
 * @param {Reader} reader
 */
export function products([, name, operand, transposed], i, t, reader) {
  const { rows, columns } = reader.shape(name);
  return Array.from({ length: transposed ? rows : columns }, (_, j) => {
    const [row, column] = transposed ? [j, i] : [i, j];
    const weight = reader.weight(name, row, column, t);
    const by = value(operand, j, t, reader);
    return { j, row, column, weight, operand: by, value: weight * by };
  });
}

/**
 * What a function makes of its operand, element i.
 * @param {Call} e
 * @param {number} i
 * @param {number} t
 * @param {Reader} reader
 */
function called(e, i, t, reader) {
  const [, name, operand] = e;
  const each = FUNCTIONS.get(name);
  if (each) return each(value(operand, i, t, reader));
  const ofAll = OF_VECTORS.get(name);
  if (!ofAll) throw new Error(`The player has no function ${name}.`);
  const all = Array.from({ length: size(e, reader) }, (_, k) => value(operand, k, t, reader));
  return ofAll(all, i);
}

/**
 * Row i of an expression at step t.
 * @param {Expression} e
 * @param {number} i
 * @param {number} t
 * @param {Reader} reader
 * @returns {number}
 */
export function value(e, i, t, reader) {
  switch (e[0]) {
    case "signal":
      return reader.signal(e[1], reader.step(t, e[2]), i);
    case "vector":
      return reader.weight(e[1], i, 0, t);
    case "number":
      return e[1];
    case "product":
      return products(e, i, t, reader).reduce((sum, one) => sum + one.value, 0);
    case "sum":
      return parts(e).reduce((sum, part) => sum + value(part, i, t, reader), 0);
    case "times":
      return parts(e).reduce((product, part) => product * value(part, i, t, reader), 1);
    case "call":
      return called(e, i, t, reader);
  }
}
