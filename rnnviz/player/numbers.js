// The numbers of one run: signals at every step and weights, after the reader's changes, before them, or in a drag.

import * as expressions from "./expression.js";

/** @import { Expression, Payload, Product, Shift, SignalRead, View } from "./types.js" */

/** @implements {expressions.Reader} */
export class Numbers {
  /** @type {Payload} */
  #head;
  /** @type {Float32Array | Float64Array} */
  #values;
  /** Whether the numbers before the changes are read. */
  #was = false;
  /** Whether a view is chosen already, by whoever asks for a whole expression. */
  #reading = false;

  /**
   * @param {Payload} head
   * @param {Float32Array | Float64Array} values
   */
  constructor(head, values) {
    this.#head = head;
    this.#values = values;
    /** @type {View} */
    this.view = "after";
    /** @type {number | null} while a number is dragged: which of its values, all computed by the core, is shown */
    this.frame = null;
  }

  /**
   * What `read` gives in a view: after the changes, before them, or the difference of both.
   * @param {View} view
   * @param {() => number} read
   * @returns {number}
   */
  as(view, read) {
    if (this.#reading || !this.#head.changed) return read();
    return view === "difference" ? this.within("after", read) - this.within("before", read) : this.within(view, read);
  }

  /**
   * What `read` gives while all numbers are those after the changes, or those before them.
   * @template T
   * @param {View} view
   * @param {() => T} read
   * @returns {T}
   */
  within(view, read) {
    if (this.#reading || !this.#head.changed) return read();
    this.#reading = true;
    this.#was = view === "before";
    try {
      return read();
    } finally {
      this.#was = this.#reading = false;
    }
  }

  /**
   * The step that step t reads at a shift: t + shift, or a neighbour of a node; null for none.
   * @param {number} t
   * @param {Shift} [shift]
   * @returns {number | null}
   */
  step(t, shift = 0) {
    if (typeof shift === "number") return t + shift;
    const { graph } = this.#head;
    if (!graph || shift === null) return null;
    const below = shift.endsWith("l") ? graph.left : graph.right;
    if (shift.startsWith("↑")) return below.indexOf(t) + 1 || null;
    return below[t - 1] ?? null;
  }

  /**
   * The shift at which step t reads another step: the reverse of `step`.
   * @param {number} t
   * @param {number} step
   * @returns {Shift}
   */
  shift(t, step) {
    if (this.#head.graph) {
      if (this.step(t, "l") === step) return "l";
      if (this.step(t, "r") === step) return "r";
    }
    return step - t;
  }

  /** @param {string} name */
  length(name) {
    return this.#head.signals[name].n;
  }

  /** @param {string} name */
  shape(name) {
    return this.#head.weights[name];
  }

  /**
   * Row i of a signal at step t (from 1); zero outside the sequence, and for a neighbour (null) that there is not.
   * @param {string} name
   * @param {number | null} t
   * @param {number} i
   */
  signal(name, t, i) {
    if (t === null) return 0;
    const { offset, was, n, rows, before } = this.#head.signals[name];
    const row = t - 1 + before;
    if (row < 0 || row >= rows) return 0;
    const dragged = this.frame === null ? undefined : this.#head.sweep?.signals[name];
    const start = dragged === undefined || this.frame === null ? offset : dragged + this.frame * rows * n;
    const at = row * n + i;
    if (was === undefined) return this.#values[start + at];
    return this.as(this.view, () => this.#values[(this.#was ? was : start) + at]);
  }

  /**
   * Row i, column j of a weight at step t; an encoder may have weights of its own.
   * @param {string} name
   * @param {number} i
   * @param {number} j
   * @param {number} t
   */
  weight(name, i, j, t) {
    const { offset, was, columns, encoder, encoderWas } = this.#head.weights[name];
    const at = i * columns + j;
    const early = encoder !== undefined && t < this.#head.decoder;
    const { sweep } = this.#head;
    const [of, row, column, encoders] = sweep?.weight ?? [];
    const dragged = of === name && row === i && column === j && encoders === early;
    const start = early ? encoder : offset;
    const now = () => (dragged && sweep && this.frame !== null ? sweep.values[this.frame] : this.#values[start + at]);
    if (was === undefined) return now();
    const before = early ? (encoderWas ?? start) : was;
    return this.as(this.view, () => (this.#was ? this.#values[before + at] : now()));
  }

  /** A number that is no signal's and no weight's, by its place. @param {number} place */
  at(place) {
    return this.#values[place];
  }

  /** @param {Expression} e */
  size(e) {
    return expressions.size(e, this);
  }

  /**
   * Row i of an expression at step t.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   */
  value(e, i, t) {
    return this.as(this.view, () => expressions.value(e, i, t, this));
  }

  /**
   * What an expression reads at step `at`, as an expression at step t.
   * @param {Expression} e
   * @param {number} at
   * @param {number} t
   */
  seen(e, at, t) {
    if (at === t) return e;
    return expressions.mapSignals(e, ([, name, shift]) => {
      const step = this.step(at, shift);
      return /** @type {SignalRead} */ (["signal", name, step === null ? null : this.shift(t, step)]);
    });
  }

  /**
   * The products of one weight and one operand that make row i of W @ operand.
   * @param {Product} e
   * @param {number} i
   * @param {number} t
   */
  products(e, i, t) {
    return expressions.products(e, i, t, this);
  }
}
