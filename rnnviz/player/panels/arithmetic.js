// The arithmetic behind one number, as HTML: with names, with values, with the terms added up.

import { parts, unsigned, value } from "../expression.js";
import { constant, fill, MINUS, named, shifted, show } from "../writing.js";

/** @import { Expression, Product, Source } from "../types.js" */
/** @import { Scene } from "../scene.js" */

/** A function that writes a part. @typedef {(part: Expression) => string} Write */
/** @typedef {{ j: number, weight: number, operand: number, value: number }} Made one product of a matrix product */

/** In parentheses where it begins with a minus. @param {string} text */
const guarded = (text) => (text.startsWith(MINUS) ? `(${text})` : text);

/**
 * Terms with their signs between them.
 * @param {Expression[]} terms
 * @param {Write} write
 */
function signed(terms, write) {
  const said = terms.map((term, k) => {
    const [negative, inner] = unsigned(term);
    const text = inner[0] === "sum" ? `(${write(inner)})` : write(inner);
    return (negative ? `${MINUS} ` : k ? "+ " : "") + text;
  });
  return said.join(" ");
}

/**
 * The largest of some products, in their own order, and the others.
 * @template {Made} One
 * @param {One[]} products
 * @param {number} most
 */
export function largest(products, most) {
  const first = [...products].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, most);
  return [products.filter((p) => first.includes(p)), products.filter((p) => !first.includes(p))];
}

export class Arithmetic {
  #scene;
  #functions;
  #numbers;

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.#functions = scene.head.functions;
    this.#numbers = scene.numbers;
  }

  /**
   * From names to result, each line that tells something new.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   */
  steps(e, i, t) {
    const whole = e[0] === "call" && e[1] === "choose";
    const result = show(this.#numbers.value(e, i, t), whole);
    const steps = [this.symbols(e, `${i + 1}`), this.values(e, i, t), this.summed(e, i, t), result];
    return steps.filter((text, k) => k === 0 || text !== steps[k - 1]);
  }

  /**
   * An expression with names; `index` is the row, as text.
   * @param {Expression} e
   * @param {string} index
   * @returns {string}
   */
  symbols(e, index) {
    /** @type {Write} */
    const write = (part) => this.symbols(part, index);
    switch (e[0]) {
      case "signal":
        return `${named(e[1], index)}<sub>,${shifted(e[2])}</sub>`;
      case "vector":
        return named(e[1], index);
      case "number":
        return constant(e[1]);
      case "product": {
        const inner = this.symbols(e[2], "j");
        const bare = e[2][0] === "signal" || e[2][0] === "vector";
        return `Σ<sub>j</sub> ${named(e[1], e[3] ? `j${index}` : `${index}j`)}${bare ? inner : `(${inner})`}`;
      }
      case "sum":
        return signed(parts(e), write);
      case "times":
        return parts(e)
          .map((part) => (part[0] === "sum" ? `(${write(part)})` : write(part)))
          .join(" · ");
      case "call":
        return `${this.#functions[e[1]]}( ${write(e[2])} )`;
    }
  }

  /**
   * An expression as the stage names it, without an index.
   * @param {Source} e
   * @returns {string}
   */
  name(e) {
    /** @type {Write} */
    const write = (part) => this.name(part);
    switch (e[0]) {
      case "signal":
        return named(e[1], shifted(e[2]));
      case "vector":
      case "weight":
        return named(e[1]);
      case "number":
        return constant(e[1]);
      case "product": {
        const turned = e[3] ? "<sup>T</sup>" : "";
        const bare = ["signal", "vector", "call"].includes(e[2][0]);
        return `${named(e[1])}${turned} ${bare ? write(e[2]) : `(${write(e[2])})`}`;
      }
      case "sum":
        return signed(parts(e), write);
      case "times":
        return parts(e)
          .map((part) => (part[0] === "sum" ? `(${write(part)})` : write(part)))
          .join(" ⊙ ");
      case "call":
        return `${this.#functions[e[1]]}(${write(e[2])})`;
    }
  }

  /**
   * An expression with the values of what it reads.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   * @returns {string}
   */
  values(e, i, t) {
    /** @type {Write} */
    const write = (part) => this.values(part, i, t);
    switch (e[0]) {
      case "product":
        return this.#productValues(e, i, t);
      case "sum": {
        let first = true;
        return signed(parts(e), (part) => {
          const text = first ? write(part) : guarded(write(part));
          first = false;
          return text;
        });
      }
      case "times":
        return parts(e)
          .map((part) => (part[0] === "sum" ? `(${write(part)})` : guarded(write(part))))
          .join(" · ");
      case "call":
        return `${this.#functions[e[1]]}( ${write(e[2])} )`;
      case "number":
        return constant(e[1]);
      default:
        return show(this.#numbers.value(e, i, t), e[1] === "x");
    }
  }

  /**
   * The products one by one; those with a zero operand add nothing and are left out.
   * @param {Product} e
   * @param {number} i
   * @param {number} t
   */
  #productValues(e, i, t) {
    const live = this.#numbers.products(e, i, t).filter((p) => p.operand !== 0);
    if (!live.length) return "0";
    const [most, others] = largest(live, 8);
    const whole = e[2][0] === "signal" && e[2][1] === "x";
    const shown = most.map((p) => `${guarded(show(p.weight))}·${guarded(show(p.operand, whole))}`);
    if (others.length) {
      const sum = show(others.reduce((s, p) => s + p.value, 0));
      shown.push(fill(this.#scene.words.more, { n: others.length, sum }));
    }
    return shown.length > 1 ? `[ ${shown.join(" + ")} ]` : shown[0];
  }

  /**
   * The terms added up: what goes into the function.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   */
  summed(e, i, t) {
    const of = (/** @type {Expression} */ part) => show(this.#numbers.value(part, i, t));
    switch (e[0]) {
      case "call":
        if (!this.#scene.head.curves[e[1]]) return this.values(e, i, t);
        return `${this.#functions[e[1]]}( ${of(e[2])} )`;
      case "sum":
        return parts(e)
          .map((part, k) => {
            const v = of(part);
            if (!k) return v;
            return v.startsWith(MINUS) ? `${MINUS} ${v.slice(1)}` : `+ ${v}`;
          })
          .join(" ");
      case "times":
        return parts(e)
          .map((part) => guarded(of(part)))
          .join(" · ");
      default:
        return of(e);
    }
  }

  /**
   * The slope of a function where its output is o: with its name, with the value, and worked out.
   * @param {Expression} e in terms of the output
   * @param {number} o
   */
  slope(e, o) {
    /** @type {(part: Expression, text: string) => string} */
    const write = (part, text) => {
      /** @type {Write} */
      const inner = (other) => write(other, text);
      switch (part[0]) {
        case "number":
          return constant(part[1]);
        case "call":
          return `${this.#functions[part[1]]}(${inner(part[2])})`;
        case "sum":
          return signed(parts(part), inner);
        case "times": {
          const square = part.length === 3 && parts(part).every((p) => p[0] === "signal");
          return square ? `${text}²` : parts(part).map(inner).join(" · ");
        }
        default:
          return text;
      }
    };
    const shape = () => ({ rows: 1, columns: 1 });
    const reader = { length: () => 1, shape, signal: () => o, weight: () => NaN, step: (/** @type {number} */ t) => t };
    const slope = value(e, 0, 0, reader);
    const texts = [write(e, "<i>o</i>"), write(e, guarded(show(o))), show(slope)];
    return { value: slope, text: texts.filter((text, k) => k === 0 || text !== texts[k - 1]).join(" = ") };
  }
}
