// The arithmetic behind one number, as HTML: with names, with values, with the terms added up.

import { MINUS, fill, named, shifted, show } from "./numbers.js";

export class Arithmetic {
  constructor(head, numbers) { this.head = head; this.numbers = numbers; this.words = head.words; }

  /** From names to result, each line that tells something new. */
  steps(e, i, t) {
    const steps = [this.symbols(e, `${i + 1}`), this.values(e, i, t), this.summed(e, i, t), show(this.numbers.value(e, i, t))];
    return steps.filter((text, k) => k === 0 || text !== steps[k - 1]);
  }

  /** An expression with names; `index` is the row, as text. */
  symbols(e, index) {
    const wrap = (part) => (part[0] === "sum" ? `(${this.symbols(part, index)})` : this.symbols(part, index));
    switch (e[0]) {
      case "signal": return named(e[1], `${index}`) + `<sub>,${shifted(e[2])}</sub>`;
      case "vector": return named(e[1], `${index}`);
      case "number": return show(e[1], true);
      case "product": {
        const inner = this.symbols(e[2], "j"), operand = e[2][0] === "signal" || e[2][0] === "vector" ? inner : `(${inner})`;
        return `Σ<sub>j</sub> ${named(e[1], `${index}j`)}${operand}`;
      }
      case "sum": return e.slice(1).map((part, k) => this.signed(part, k, (p) => this.symbols(p, index))).join(" ");
      case "times": return e.slice(1).map(wrap).join(" · ");
      case "call": return `${this.head.functions[e[1]]}( ${this.symbols(e[2], index)} )`;
    }
  }

  signed(part, k, write) {
    const negative = part[0] === "times" && part[1][0] === "number" && part[1][1] === -1;
    const inner = negative ? (part.length === 3 ? part[2] : ["times", ...part.slice(2)]) : part;
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
      default: return show(this.numbers.value(e, i, t), e[0] === "number" || e[1] === "x");
    }
  }

  /** The products one by one; those with a zero operand add nothing and are left out. */
  productValues(e, i, t) {
    const all = this.numbers.products(e, i, t), live = all.filter((p) => p.operand !== 0), most = 16;
    if (!live.length) return "0";
    const whole = e[2][0] === "signal" && e[2][1] === "x";
    const wrap = (v, w) => { const text = show(v, w); return text.startsWith(MINUS) ? `(${text})` : text; };
    const shown = live.slice(0, most).map((p) => `${wrap(p.weight)}·${wrap(p.operand, whole)}`);
    if (live.length > most) shown.push(fill(this.words.more, { n: live.length - most, sum: show(live.slice(most).reduce((s, p) => s + p.value, 0)) }));
    return shown.length > 1 ? `[ ${shown.join(" + ")} ]` : shown[0];
  }

  /** The terms added up: what goes into the function. */
  summed(e, i, t) {
    const wrap = (v) => { const text = show(v); return text.startsWith(MINUS) ? `(${text})` : text; };
    switch (e[0]) {
      case "call": return `${this.head.functions[e[1]]}( ${show(this.numbers.value(e[2], i, t))} )`;
      case "sum": return e.slice(1).map((part, k) => { const v = show(this.numbers.value(part, i, t)); return k && v.startsWith(MINUS) ? `${MINUS} ${v.slice(1)}` : k ? `+ ${v}` : v; }).join(" ");
      case "times": return e.slice(1).map((part) => wrap(this.numbers.value(part, i, t))).join(" · ");
      default: return show(this.numbers.value(e, i, t));
    }
  }
}
