// What a number is called: a subscript is time (on a weight from-to), square brackets are row and column, by symbol
// where there is one.

import { escaped, named, shifted, stepText } from "../writing.js";

/** @import { Expression, Source } from "../types.js" */
/** @import { Scene } from "../scene.js" */

/** A row, from 0, or a letter that stands for any. @typedef {number | string} Place */

/**
 * @param {Scene} scene
 * @param {string} name of a signal or weight
 * @param {0 | 1} axis its rows, or its columns
 * @param {Place} i
 */
const placeOf = ({ head }, name, axis, i) =>
  typeof i === "string" ? i : escaped(head.axes[name]?.[axis]?.[i] ?? `${i + 1}`);

/**
 * `h₃[2]`, `x₃[l]`: a number of a signal at a step, null for a neighbour that there is not.
 * @param {Scene} scene
 * @param {string} name
 * @param {string} time a step, or t with a shift
 * @param {Place} i
 */
export const signalName = (scene, name, time, i) => `${named(name, time)}[${placeOf(scene, name, 0, i)}]`;

/**
 * `W_xh[2,l]`, `b_h[1]`: a number of a weight.
 * @param {Scene} scene
 * @param {string} name
 * @param {Place} i
 * @param {Place} j
 */
export function weightName(scene, name, i, j) {
  const column = scene.head.weights[name]?.matrix ? `,${placeOf(scene, name, 1, j)}` : "";
  return `${named(name)}[${placeOf(scene, name, 0, i)}${column}]`;
}

/**
 * A number that an expression reads at step t.
 * @param {Scene} scene
 * @param {Source} e a signal, a vector or a weight
 * @param {number} i
 * @param {number} j
 * @param {number} t
 */
export function numberName(scene, e, i, j, t) {
  if (e[0] !== "signal") return weightName(scene, /** @type {string} */ (e[1]), i, j);
  const at = scene.numbers.step(t, e[2]);
  return signalName(scene, e[1], at === null ? shifted(e[2]) : stepText(at), i);
}
