// The arithmetic behind one number, as HTML: with names, with values, with the terms added up.

import { elementwise, parts, unsigned, value } from "../expression.js";
import { LEAST, Sums } from "../sums.js";
import { constant, fill, guarded, MINUS, named, rounded, shifted, show } from "../writing.js";
import { signalName, weightName } from "./names.js";

/** @import { Expression, Source } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Place } from "./names.js" */
/** @import { Made } from "../sums.js" */

/** A function that writes a part. @typedef {(part: Expression) => string} Write */
/**
 * The lines of an arithmetic below its names, and the numbers that they print; `inner` is what goes into the function.
 * @typedef {{ values: string, summed: string, result: string, value: number, inner: number, sums: Sums }} Printed
 */

const MOST = 9;

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
 * @template {{ value: number }} One
 * @param {One[]} products
 * @param {number} most
 */
export function largest(products, most) {
  const first = [...products].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, most);
  return [products.filter((p) => first.includes(p)), products.filter((p) => !first.includes(p))];
}

/** Writes one arithmetic with the numbers that it prints. */
class Printing {
  #scene;
  #sums;
  #functions;

  /**
   * @param {Scene} scene
   * @param {Sums} sums
   */
  constructor(scene, sums) {
    this.#scene = scene;
    this.#sums = sums;
    this.#functions = scene.head.functions;
  }

  /**
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   * @returns {Printed}
   */
  lines(e, i, t) {
    const sums = this.#sums;
    const values = this.#values(e, i, t);
    const { summed, value, inner } = this.#summed(e, i, t);
    const whole = e[0] === "call" && e[1] === "choose";
    return { values, summed, result: whole ? show(value, true) : sums.print(value), value, inner, sums };
  }

  /**
   * An expression with the values of what it reads.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   * @returns {string}
   */
  #values(e, i, t) {
    const sums = this.#sums;
    /** @type {Write} */
    const write = (part) => this.#values(part, i, t);
    switch (e[0]) {
      case "product":
        return this.#products(sums.products(e, i, t).filter((p) => p.operand !== 0));
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
      case "call": {
        const shares = e[1] === "softmax" ? sums.shares(e, t) : null;
        if (!shares) return `${this.#functions[e[1]]}( ${write(e[2])} )`;
        const all = shares.all.map((one) => ({ ...one, value: one.power }));
        const [most, others] = largest(all, TERMS);
        const shown = most.map(({ score }) => `exp( ${sums.print(score)} )`);
        if (others.length) shown.push(this.#more(others));
        return `exp( ${sums.print(shares.all[i].score)} ) / ( ${shown.join(" + ")} )`;
      }
      case "number":
        return constant(e[1]);
      default:
        return sums.print(sums.value(e, i, t));
    }
  }

  /**
   * The products one by one; those with a zero operand add nothing and are left out.
   * @param {Made[]} live
   */
  #products(live) {
    if (!live.length) return "0";
    const [most, others] = largest(live, TERMS);
    const shown = most.map((p) => `${guarded(this.#sums.print(p.weight))}·${guarded(this.#sums.print(p.operand))}`);
    if (others.length) shown.push(this.#more(others));
    return shown.length > 1 ? `[ ${shown.join(" + ")} ]` : shown[0];
  }

  /** @param {{ value: number }[]} others */
  #more(others) {
    const sum = this.#sums.full(others.reduce((total, p) => total + p.value, 0));
    return fill(this.#scene.words.more, { n: others.length, sum });
  }

  /**
   * The terms added up, what goes into the function, and the result, each from what is printed before it.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   * @returns {{ summed: string, value: number, inner: number }}
   */
  #summed(e, i, t) {
    const sums = this.#sums;
    const of = (/** @type {Expression} */ part) => sums.round(sums.value(part, i, t));
    switch (e[0]) {
      case "call": {
        const shares = e[1] === "softmax" ? sums.shares(e, t) : null;
        if (shares) {
          const { all, total } = shares;
          const { power } = all[i];
          return {
            summed: `${sums.print(power)} / ${sums.print(total)}`,
            value: sums.round(power / total),
            inner: NaN,
          };
        }
        if (!elementwise(e)) return { summed: this.#values(e, i, t), value: of(e), inner: NaN };
        const inner = of(e[2]);
        const value = sums.round(sums.called(e, inner));
        return { summed: `${this.#functions[e[1]]}( ${sums.print(inner)} )`, value, inner };
      }
      case "sum": {
        const terms = parts(e).map(of);
        const texts = terms.map((v, k) => {
          const text = sums.print(v);
          if (!k) return text;
          return text.startsWith(MINUS) ? `${MINUS} ${text.slice(1)}` : `+ ${text}`;
        });
        const value = sums.round(terms.reduce((sum, v) => sum + v, 0));
        return { summed: texts.join(" "), value, inner: value };
      }
      case "times": {
        const factors = parts(e).map(of);
        const value = sums.round(factors.reduce((product, v) => product * v, 1));
        return { summed: factors.map((v) => guarded(sums.print(v))).join(" · "), value, inner: value };
      }
      default: {
        const value = of(e);
        return { summed: sums.print(value), value, inner: value };
      }
    }
  }
}

const TERMS = 8; // so many are written out

export class Arithmetic {
  #scene;
  #functions;
  #numbers;
  /** The last one that was worked out: an answer prints it in several places. @type {{ e: Expression, i: number, t: number, printed: Printed } | null} */
  #last = null;

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene;
    this.#functions = scene.head.functions;
    this.#numbers = scene.numbers;
  }

  /**
   * From names to result, each line that tells something new; what is printed is true as printed.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   */
  steps(e, i, t) {
    const { values, summed, result } = this.printed(e, i, t);
    const steps = [this.symbols(e, i), values, summed, result];
    return steps.filter((text, k) => k === 0 || text !== steps[k - 1]);
  }

  /**
   * The arithmetic with so many digits that what is computed from the printed numbers is the number on the picture.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   * @returns {Printed}
   */
  printed(e, i, t) {
    const last = this.#last;
    if (last?.e === e && last.i === i && last.t === t) return last.printed;
    const printed = this.#print(e, i, t);
    this.#last = { e, i, t, printed };
    return printed;
  }

  /**
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   */
  #print(e, i, t) {
    const decimals = this.#scene.head.sizes.digits;
    const shown = show(this.#numbers.value(e, i, t), false, decimals);
    for (let digits = LEAST; ; digits++) {
      const sums = new Sums(this.#numbers, digits);
      const printed = new Printing(this.#scene, sums).lines(e, i, t);
      if (digits >= MOST || show(printed.value, false, decimals) === shown) return printed;
    }
  }

  /**
   * An expression with names at any step; `i` is the row.
   * @param {Expression} e
   * @param {Place} i
   * @returns {string}
   */
  symbols(e, i) {
    /** @type {Write} */
    const write = (part) => this.symbols(part, i);
    switch (e[0]) {
      case "signal":
        return signalName(this.#scene, e[1], shifted(e[2]), i);
      case "vector":
        return weightName(this.#scene, e[1], i, 0);
      case "number":
        return constant(e[1]);
      case "product": {
        const inner = this.symbols(e[2], "j");
        const bare = e[2][0] === "signal" || e[2][0] === "vector";
        const weight = e[3] ? weightName(this.#scene, e[1], "j", i) : weightName(this.#scene, e[1], i, "j");
        return `Σ<sub>j</sub> ${weight} ${bare ? inner : `(${inner})`}`;
      }
      case "sum":
        return signed(parts(e), write);
      case "times":
        return parts(e)
          .map((part) => (part[0] === "sum" ? `(${write(part)})` : write(part)))
          .join(" · ");
      case "call":
        if (e[1] === "softmax") return `exp( ${write(e[2])} ) / Σ<sub>j</sub> exp( ${this.symbols(e[2], "j")} )`;
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
    const at = (/** @type {number} */ output) => {
      const reader = {
        length: () => 1,
        shape,
        signal: () => output,
        weight: () => NaN,
        step: (/** @type {number} */ t) => t,
      };
      return value(e, 0, 0, reader);
    };
    const print = (/** @type {number} */ v) => constant(v, LEAST);
    const texts = [write(e, "<i>o</i>"), write(e, guarded(print(o))), print(at(rounded(o, LEAST)))];
    return { value: at(o), text: texts.filter((text, k) => k === 0 || text !== texts[k - 1]).join(" = ") };
  }
}
