// Numbers and names in an answer: a number on the colour that it has in the picture, a number to go on to.

import { clamp } from "../drawing/colours.js";
import { constant, named, show } from "../writing.js";
import { goal, reads } from "./subject.js";

/** @import { Expression, Source } from "../types.js" */
/** @import { Palette } from "../drawing/colours.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Arithmetic } from "./arithmetic.js" */
/** @import { About, Goal } from "./subject.js" */

/** One answer's numbers: each that can be gone on to is kept in `goals`. */
export class Chips {
  /**
   * @param {Scene} scene
   * @param {Arithmetic} arithmetic
   * @param {Palette} palette
   */
  constructor(scene, arithmetic, palette) {
    this.scene = scene;
    this.arithmetic = arithmetic;
    this.palette = palette;
    /** @type {Goal[]} */
    this.goals = [];
  }

  /**
   * What a number is called: a unit of a signal, or a row of an expression.
   * @param {Pick<About, "kind" | "name" | "i" | "j" | "e">} about
   */
  unit({ kind, name, i, j, e }) {
    if (kind === "weight") return named(name, `${i + 1},${j + 1}`);
    if (kind === "signal" || kind === "vector" || !e) return named(name, `${i + 1}`);
    return `(${this.arithmetic.name(e)})<sub>${i + 1}</sub>`;
  }

  /**
   * A number on its colour.
   * @param {number} v
   * @param {Source} source
   */
  chip(v, source, whole = false) {
    if (Number.isNaN(v)) return '<span class="rv-number">?</span>';
    const shade = clamp(v / this.scene.scale(source));
    const style = `background:${this.palette.css(shade)};color:${this.palette.contrast(shade)}`;
    return `<span class="rv-number" style="${style}">${show(v, whole)}</span>`;
  }

  /**
   * Keep a number to go to; returns where it is kept.
   * @param {Source} e
   * @param {number} i
   * @param {number} at
   */
  keep(e, i, at, j = 0) {
    return this.goals.push(goal(this.scene, e, i, at, j)) - 1;
  }

  /**
   * A number to go on to: its name and its value.
   * @param {Source} e
   * @param {number} i
   * @param {number} at
   * @param {string} key by which the button is found again
   */
  stop(e, i, at, key, j = 0) {
    if (e[0] === "number") return `<span class="rv-plain">${constant(e[1])}</span>`;
    const whole = e[0] === "signal" && e[1] === "x";
    const go = this.keep(e, i, at, j);
    const text = `<span>${this.#named(e, i, j)}</span>${this.chip(this.#value(e, i, at, j), e, whole)}`;
    return `<button type="button" class="rv-stop" data-go="${go}" data-key="${key}">${text}</button>`;
  }

  /**
   * @param {Source} e
   * @param {number} i
   * @param {number} at
   * @param {number} j
   */
  #value(e, i, at, j) {
    if (e[0] === "weight") return this.scene.numbers.weight(e[1], i, j, at);
    return e[0] === "vector" || reads(this.scene, e, at) ? this.scene.numbers.value(e, i, at) : NaN;
  }

  /**
   * @param {Source} e
   * @param {number} i
   * @param {number} j
   */
  #named(e, i, j) {
    if (e[0] === "weight") return named(e[1], `${i + 1},${j + 1}`);
    if (e[0] === "signal" || e[0] === "vector") return this.arithmetic.symbols(e, `${i + 1}`);
    return `(${this.arithmetic.name(e)})<sub>${i + 1}</sub>`;
  }
}

/**
 * Inside an element-wise function, if there is one: what goes into it.
 * @param {Scene} scene
 * @param {Expression} e
 */
export const bodyOf = ({ head }, e) => (e[0] === "call" && head.curves[e[1]] ? e[2] : e);
