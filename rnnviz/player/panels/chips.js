// Numbers and names in an answer: a number on the colour that it has in the picture, a number to go on to.

import { clamp } from "../drawing/colours.js";
import { constant } from "../writing.js";
import { numberName } from "./names.js";
import { goal, reads } from "./subject.js";

/** @import { Source } from "../types.js" */
/** @import { Palette } from "../drawing/colours.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Arithmetic } from "./arithmetic.js" */
/** @import { About, Goal } from "./subject.js" */
/** @import { Sums } from "../sums.js" */

/** One answer's numbers: each that can be gone on to is kept in `goals`. */
export class Chips {
  /**
   * @param {Scene} scene
   * @param {Arithmetic} arithmetic
   * @param {Palette} palette
   * @param {Sums} sums how numbers are rounded and printed
   */
  constructor(scene, arithmetic, palette, sums) {
    this.scene = scene;
    this.arithmetic = arithmetic;
    this.palette = palette;
    this.sums = sums;
    /** @type {Goal[]} */
    this.goals = [];
  }

  /**
   * What a number is called: that of a signal at its step, of a weight, or a row of an expression.
   * @param {Pick<About, "kind" | "name" | "i" | "j" | "e" | "at">} about
   */
  unit({ kind, name, i, j, e, at }) {
    if (kind === "signal") return this.name(["signal", name, 0], i, at);
    if (kind === "weight" || kind === "vector" || !e)
      return this.name([/** @type {"weight"} */ (kind), name], i, at, j);
    return this.name(e, i, at);
  }

  /**
   * A number on its colour.
   * @param {number} v
   * @param {Source} source
   * @param {string} [text] as it is printed, if not with the digits of the answer
   */
  chip(v, source, text = this.sums.print(v)) {
    if (Number.isNaN(v)) return '<span class="rv-number">?</span>';
    const shade = clamp(v / this.scene.scale(source));
    const style = `background:${this.palette.css(shade)};color:${this.palette.contrast(shade)}`;
    return `<span class="rv-number" style="${style}">${text}</span>`;
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
    const go = this.keep(e, i, at, j);
    const text = `<span>${this.name(e, i, at, j)}</span>${this.chip(this.#value(e, i, at, j), e)}`;
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
   * What a number that step `at` reads is called.
   * @param {Source} e
   * @param {number} i
   * @param {number} at
   */
  name(e, i, at, j = 0) {
    if (e[0] === "weight" || e[0] === "signal" || e[0] === "vector") return numberName(this.scene, e, i, j, at);
    return `(${this.arithmetic.name(e)})[${i + 1}]`;
  }
}
