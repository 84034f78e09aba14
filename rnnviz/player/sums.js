// Arithmetic with numbers as they are printed: what is read is rounded first, and what follows is made of that.

import { elementwise, parts } from "./expression.js";
import { constant, rounded } from "./writing.js";

/** @import { Call, Expression, Product } from "./types.js" */
/** @import { Numbers } from "./numbers.js" */

/** One product of a matrix product. @typedef {{ j: number, row: number, column: number, weight: number, operand: number, value: number }} Made */

export const LEAST = 4; // significant digits of a number of an answer
const FULL = 12; // digits in which products of printed numbers are exact

export class Sums {
  #numbers;

  /**
   * @param {Numbers} numbers
   * @param {number} digits significant ones
   */
  constructor(numbers, digits) {
    this.digits = digits;
    this.#numbers = numbers;
  }

  /** What a print says. @param {number} v */
  round(v) {
    return rounded(v, this.digits);
  }

  /** @param {number} v */
  print(v) {
    return constant(v, this.digits);
  }

  /** A product or a sum of printed numbers, with all its digits. @param {number} v */
  full(v) {
    return constant(v, FULL);
  }

  /**
   * Row i of an expression, from what is printed of it.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   * @returns {number}
   */
  value(e, i, t) {
    const of = (/** @type {Expression} */ part) => this.value(part, i, t);
    switch (e[0]) {
      case "product":
        return this.products(e, i, t).reduce((sum, one) => sum + one.value, 0);
      case "sum":
        return parts(e).reduce((sum, part) => sum + of(part), 0);
      case "times":
        return parts(e).reduce((product, part) => product * of(part), 1);
      case "call":
        if (elementwise(e)) return this.called(e, of(e[2]));
        return this.#numbers.value(e, i, t);
      default:
        return this.round(this.#numbers.value(e, i, t));
    }
  }

  /**
   * What a function of every element makes of a number.
   * @param {Call} e
   * @param {number} inner
   */
  called([, name], inner) {
    return this.#numbers.value(["call", name, ["number", inner]], 0, 0);
  }

  /**
   * The products of row i, exact in what is printed of their factors.
   * @param {Product} e
   * @param {number} i
   * @param {number} t
   * @returns {Made[]}
   */
  products(e, i, t) {
    return this.#numbers.products(e, i, t).map((one) => {
      const [weight, operand] = [this.round(one.weight), this.round(one.operand)];
      return { ...one, weight, operand, value: weight * operand };
    });
  }

  /**
   * Of a softmax each score and its power of e, and the sum of these; null where one of them is too large to be told.
   * @param {Call} e
   * @param {number} t
   */
  shares([, , operand], t) {
    const n = this.#numbers.size(operand);
    const scores = Array.from({ length: n }, (_, k) => this.round(this.value(operand, k, t)));
    const all = scores.map((score) => ({ score, power: this.round(Math.exp(score)) }));
    const total = this.round(all.reduce((sum, { power }) => sum + power, 0));
    return all.every(({ power }) => Number.isFinite(power) && power > 0) ? { all, total } : null;
  }
}
