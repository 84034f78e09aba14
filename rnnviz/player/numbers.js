// The numbers of one run, and how a number and a name are written: as writing.py does, see tests/writing.json.

const FUNCTIONS = {
  tanh: Math.tanh,
  sigmoid: (a) => 0.5 * Math.tanh(0.5 * a) + 0.5,
  relu: (a) => (a > 0 || Number.isNaN(a) ? a : 0),
  identity: (a) => a,
  step: (a) => (a > 0 ? 1 : Number.isNaN(a) ? NaN : 0),
};

// Element i of what such a function makes of a vector.
const OF_VECTORS = {
  softmax: (all, i) => {
    const top = Math.max(...all);
    return Math.exp(all[i] - top) / all.reduce((sum, v) => sum + Math.exp(v - top), 0);
  },
  total: (all) => all.reduce((sum, v) => sum + v, 0),
  choose: (all, i) => (all.indexOf(Math.max(...all)) === i ? 1 : 0),
};

/** The numbers of one run: signals at every step, weights, and the value of any expression over them. */
export class Numbers {
  constructor(head, values) {
    this.head = head;
    this.values = values;
    this.view = "after"; // after the reader's changes, before them, or the difference
    this.frame = null; // while a number is dragged: which of its values, all computed by the core, is shown
    this.was = this.reading = false;
  }

  /** What `read` gives in a view: after the changes, before them, or the difference of both. */
  as(view, read) {
    if (this.reading || !this.head.changed) return read();
    const at = (was) => { this.was = was; return read(); };
    this.reading = true;
    try {
      return view === "difference" ? at(false) - at(true) : at(view === "before");
    } finally { this.was = this.reading = false; }
  }

  /** The step that step t reads at a shift: t + shift, or on a tree the child "l" or "r" of a node, null for none. */
  step(t, shift = 0) {
    if (typeof shift === "number") return t + shift;
    return this.head.graph[shift === "l" ? "left" : "right"][t - 1] ?? null;
  }

  /** The shift at which step t reads another step: the reverse of `step`. */
  shift(t, step) {
    for (const child of this.head.graph && step !== null ? ["l", "r"] : []) if (this.step(t, child) === step) return child;
    return step - t;
  }

  /** Row i of a signal at step t (from 1); zero outside the sequence, and for a child (null) that there is not. */
  signal(name, t, i) {
    if (t === null) return 0;
    const { offset, was, n, rows, before } = this.head.signals[name], row = t - 1 + before;
    if (row < 0 || row >= rows) return 0;
    const dragged = this.frame === null ? undefined : this.head.sweep.signals[name];
    const start = dragged === undefined ? offset : dragged + this.frame * rows * n, at = row * n + i;
    return was === undefined ? this.values[start + at] : this.as(this.view, () => this.values[(this.was ? was : start) + at]);
  }

  /** Row i, column j of a weight at step t; an encoder may have weights of its own. */
  weight(name, i, j, t) {
    const { offset, was, columns, encoder, encoderWas } = this.head.weights[name], at = i * columns + j;
    const early = encoder !== undefined && t < this.head.decoder, { sweep } = this.head;
    const dragged = this.frame !== null && sweep.weight && sweep.weight[0] === name && sweep.weight[1] === i && sweep.weight[2] === j && sweep.weight[3] === early;
    const now = () => (dragged ? sweep.values[this.frame] : this.values[(early ? encoder : offset) + at]);
    return was === undefined ? now() : this.as(this.view, () => (this.was ? this.values[(early ? encoderWas : was) + at] : now()));
  }

  size(e) {
    switch (e[0]) {
      case "signal": return this.head.signals[e[1]].n;
      case "vector": case "product": return this.head.weights[e[1]].rows;
      case "number": return 0;
      case "call": return this.size(e[2]);
      default: return Math.max(...e.slice(1).map((part) => this.size(part)));
    }
  }

  /** Row i of an expression at step t. */
  value(e, i, t) { return this.as(this.view, () => this.evaluate(e, i, t)); }

  evaluate(e, i, t) {
    switch (e[0]) {
      case "signal": return this.signal(e[1], this.step(t, e[2]), i);
      case "vector": return this.weight(e[1], i, 0, t);
      case "number": return e[1];
      case "product": {
        let sum = 0;
        for (let j = 0; j < this.head.weights[e[1]].columns; j++) sum += this.weight(e[1], i, j, t) * this.value(e[2], j, t);
        return sum;
      }
      case "sum": return e.slice(1).reduce((sum, part) => sum + this.value(part, i, t), 0);
      case "times": return e.slice(1).reduce((product, part) => product * this.value(part, i, t), 1);
      case "call": {
        if (FUNCTIONS[e[1]]) return FUNCTIONS[e[1]](this.value(e[2], i, t));
        if (!OF_VECTORS[e[1]]) throw new Error(`The player has no function ${e[1]}.`);
        return OF_VECTORS[e[1]](Array.from({ length: this.size(e) }, (_, k) => this.value(e[2], k, t)), i);
      }
    }
  }

  /** What an expression reads at step `at`, as an expression at step t. */
  seen(e, at, t) {
    if (e[0] !== "signal") return e.map((part) => (Array.isArray(part) ? this.seen(part, at, t) : part));
    const step = this.step(at, e[2]);
    return at === t ? e : ["signal", e[1], step === null ? null : this.shift(t, step)];
  }

  /** The products of one weight and one operand that make row i of W @ operand. */
  products(e, i, t) {
    return Array.from({ length: this.head.weights[e[1]].columns }, (_, j) => {
      const weight = this.weight(e[1], i, j, t), operand = this.value(e[2], j, t);
      return { j, weight, operand, value: weight * operand };
    });
  }
}

/** The parts of an expression, and all signals in it. */
export const parts = (e) => (["sum", "times"].includes(e[0]) ? e.slice(1) : ["product", "call"].includes(e[0]) ? [e[2]] : []);
export const signalsOf = (e) => (e[0] === "signal" ? [e] : parts(e).flatMap(signalsOf));

export const MINUS = "\u2212";
/** A number as it is printed: two decimals, whole numbers of an input as they are, large ones with a power of ten. */
export function show(v, whole = false) {
  if (Number.isNaN(v)) return "?";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : MINUS + "∞";
  const size = Math.abs(v);
  const text = size >= 1e4 ? size.toExponential(0).replace("e+", "e") : size >= 100 ? size.toFixed(0)
    : whole && Number.isInteger(v) ? String(size) : size.toFixed(2);
  return (v < 0 && Number(text) !== 0 ? MINUS : "") + text;
}

/** A number of the notation: six digits at most, and no more than it needs; far from 1 a power of ten. */
export function constant(v) {
  if (!Number.isFinite(v)) return show(v);
  const size = Number(Math.abs(v).toPrecision(6)), [digits, power] = size.toExponential().split("e").map(Number);
  const text = size === 0 || (power > -5 && power < 6) ? String(size) : `${digits}e${power}`.replace("-", MINUS);
  return (v < 0 && size ? MINUS : "") + text;
}

export const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** A text of the page with its {placeholders} filled in. */
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** `W_xh`, "2,3" -> W with its subscripts, as HTML. */
export function named(name, index = "") {
  const [head, ...tail] = name.split("_");
  const stem = head.replace(/\d+$/, "") || head;
  const below = [head.slice(stem.length) + tail.join("_"), index].filter(Boolean).join(",");
  return `<i>${escaped(stem)}</i>${below ? `<sub>${escaped(below)}</sub>` : ""}`;
}
export const shifted = (shift) => (typeof shift === "string" ? shift : shift === 0 ? "t" : `t${shift > 0 ? "+" : MINUS}${Math.abs(shift)}`);

/** A label short enough for a tick: at most ten characters. */
export const brief = (text) => ([...text].length > 10 ? `${[...text].slice(0, 9).join("")}…` : text);
