// The arithmetic behind one number, as HTML: with names, with values, with the terms added up.

import { MINUS, constant, fill, named, shifted, show } from "./numbers.js";

export class Arithmetic {
  constructor(head, numbers) { this.head = head; this.numbers = numbers; this.words = head.words; }

  /** From names to result, each line that tells something new. */
  steps(e, i, t) {
    const whole = e[0] === "call" && e[1] === "choose";
    const steps = [this.symbols(e, `${i + 1}`), this.values(e, i, t), this.summed(e, i, t), show(this.numbers.value(e, i, t), whole)];
    return steps.filter((text, k) => k === 0 || text !== steps[k - 1]);
  }

  /** An expression with names; `index` is the row, as text. */
  symbols(e, index) {
    const wrap = (part) => (part[0] === "sum" ? `(${this.symbols(part, index)})` : this.symbols(part, index));
    switch (e[0]) {
      case "signal": return named(e[1], `${index}`) + `<sub>,${shifted(e[2])}</sub>`;
      case "vector": return named(e[1], `${index}`);
      case "number": return constant(e[1]);
      case "product": {
        const inner = this.symbols(e[2], "j"), operand = e[2][0] === "signal" || e[2][0] === "vector" ? inner : `(${inner})`;
        return `Σ<sub>j</sub> ${named(e[1], `${index}j`)}${operand}`;
      }
      case "sum": return e.slice(1).map((part, k) => this.signed(part, k, (p) => this.symbols(p, index))).join(" ");
      case "times": return e.slice(1).map(wrap).join(" · ");
      case "call": return `${this.head.functions[e[1]]}( ${this.symbols(e[2], index)} )`;
    }
  }

  /** An expression as the stage names it, without an index. */
  name(e) {
    const wrap = (part) => (part[0] === "sum" ? `(${this.name(part)})` : this.name(part));
    switch (e[0]) {
      case "signal": return named(e[1], shifted(e[2]));
      case "vector": case "weight": return named(e[1]);
      case "number": return constant(e[1]);
      case "product": return `${named(e[1])} ${["signal", "vector", "call"].includes(e[2][0]) ? this.name(e[2]) : `(${this.name(e[2])})`}`;
      case "sum": return e.slice(1).map((part, k) => this.signed(part, k, (p) => this.name(p))).join(" ");
      case "times": return e.slice(1).map(wrap).join(" ⊙ ");
      case "call": return `${this.head.functions[e[1]]}(${this.name(e[2])})`;
    }
  }

  /** A term without its minus: [whether it is subtracted, the rest]. */
  unsigned(part) {
    const negative = part[0] === "times" && part[1][0] === "number" && part[1][1] === -1;
    return [negative, negative ? (part.length === 3 ? part[2] : ["times", ...part.slice(2)]) : part];
  }

  signed(part, k, write) {
    const [negative, inner] = this.unsigned(part);
    const text = inner[0] === "sum" ? `(${write(inner)})` : write(inner);
    return (negative ? `${MINUS} ` : k ? "+ " : "") + text;
  }

  values(e, i, t) {
    const wrap = (part) => { const text = this.values(part, i, t); return part[0] === "sum" || text.startsWith(MINUS) ? `(${text})` : text; };
    switch (e[0]) {
      case "product": return this.productValues(e, i, t);
      case "sum": return e.slice(1).map((part, k) => this.signed(part, k, (p) => { const text = this.values(p, i, t); return k && text.startsWith(MINUS) ? `(${text})` : text; })).join(" ");
      case "times": return e.slice(1).map(wrap).join(" · ");
      case "call": return `${this.head.functions[e[1]]}( ${this.values(e[2], i, t)} )`;
      case "number": return constant(e[1]);
      default: return show(this.numbers.value(e, i, t), e[1] === "x");
    }
  }

  /** The largest of some products, in their own order, and the others. */
  largest(products, most) {
    const first = [...products].sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, most);
    return [products.filter((p) => first.includes(p)), products.filter((p) => !first.includes(p))];
  }

  /** The products one by one; those with a zero operand add nothing and are left out. */
  productValues(e, i, t) {
    const live = this.numbers.products(e, i, t).filter((p) => p.operand !== 0);
    if (!live.length) return "0";
    const [most, others] = this.largest(live, 8);
    const whole = e[2][0] === "signal" && e[2][1] === "x";
    const wrap = (v, w) => { const text = show(v, w); return text.startsWith(MINUS) ? `(${text})` : text; };
    const shown = most.map((p) => `${wrap(p.weight)}·${wrap(p.operand, whole)}`);
    if (others.length) shown.push(fill(this.words.more, { n: others.length, sum: show(others.reduce((s, p) => s + p.value, 0)) }));
    return shown.length > 1 ? `[ ${shown.join(" + ")} ]` : shown[0];
  }

  /** The terms added up: what goes into the function. */
  summed(e, i, t) {
    const wrap = (v) => { const text = show(v); return text.startsWith(MINUS) ? `(${text})` : text; };
    switch (e[0]) {
      case "call": return this.head.curves[e[1]] ? `${this.head.functions[e[1]]}( ${show(this.numbers.value(e[2], i, t))} )` : this.values(e, i, t);
      case "sum": return e.slice(1).map((part, k) => { const v = show(this.numbers.value(part, i, t)); return k && v.startsWith(MINUS) ? `${MINUS} ${v.slice(1)}` : k ? `+ ${v}` : v; }).join(" ");
      case "times": return e.slice(1).map((part) => wrap(this.numbers.value(part, i, t))).join(" · ");
      default: return show(this.numbers.value(e, i, t));
    }
  }

  /** The slope of a function where its output is o: with its name, with the value, and worked out. */
  slope(e, o) {
    const write = (part, text) => {
      if (part[0] === "number") return constant(part[1]);
      if (part[0] === "call") return `${this.head.functions[part[1]]}(${write(part[2], text)})`;
      if (part[0] === "sum") return part.slice(1).map((p, k) => this.signed(p, k, (q) => write(q, text))).join(" ");
      if (part[0] === "times") return part.length === 3 && part.slice(1).every((p) => p[0] === "signal") ? `${text}²` : part.slice(1).map((p) => write(p, text)).join(" · ");
      return text;
    };
    const printed = show(o), at = Object.assign(Object.create(this.numbers), { signal: () => o, size: () => 1 });
    const value = at.value(e, 0, 0), result = show(value);
    const texts = [write(e, "<i>o</i>"), write(e, printed.startsWith(MINUS) ? `(${printed})` : printed), result];
    return { value, text: texts.filter((text, k) => k === 0 || text !== texts[k - 1]).join(" = ") };
  }
}
