// One run and where its reader stands in it: what is known by now, what a step is called, what a number belongs to.

import { alike, parts, signalsOf } from "./expression.js";
import { Numbers } from "./numbers.js";
import { partsOf } from "./parts.js";
import { show } from "./writing.js";

/** @import { Block, Expression, MatrixWeight, Payload, Pick, SignalRead, Sizes, Source } from "./types.js" */
/** @import { State } from "./state.js" */
/** @import { Tile } from "./drawing/layout.js" */
/** @import { Part } from "./parts.js" */

/**
 * Sizes on a window so many times larger than usual.
 * @param {Sizes} sizes
 * @param {number} growth
 */
function grown({ name, shape, operator, symbol, largest_number, largest_cell, ...fixed }, growth) {
  const all = { name, shape, operator, symbol, largest_number, largest_cell };
  for (const [key, size] of Object.entries(all)) all[/** @type {keyof typeof all} */ (key)] = size * growth;
  return { ...fixed, ...all };
}

/**
 * Row and column of a number of a weight, from those of a tile that may show it transposed, and the other way round.
 * @param {MatrixWeight} source
 * @param {number} r
 * @param {number} c
 * @returns {[number, number]}
 */
export const turned = (source, r, c) => (source[2] ? [c, r] : [r, c]);

export class Scene {
  /**
   * @param {Payload} head
   * @param {Float32Array | Float64Array} values
   * @param {State} state
   */
  constructor(head, values, state) {
    this.head = head;
    this.state = state;
    this.numbers = new Numbers(head, values);
    /** @type {Map<string, Block>} */
    this.blocks = new Map(head.stage.blocks.map((block) => [block.name, block]));
    this.growth = 1;
    this.sizes = grown(head.sizes, 1);
    /** The pauses of steps in slow motion, by the signals that are computed. @type {Map<string, Part[]>} */
    this.pauses = new Map();
  }

  /** The pauses of the step shown in slow motion. */
  get parts() {
    return this.partsAt(this.t);
  }

  /**
   * The pauses of a step: of what is computed there.
   * @param {number} t
   * @returns {Part[]}
   */
  partsAt(t) {
    const blocks = this.head.stage.blocks.filter(({ name }) => this.computes(name, t));
    const key = blocks.map(({ name }) => name).join(" ");
    const found = this.pauses.get(key) ?? partsOf(blocks, (name) => this.numbers.length(name));
    this.pauses.set(key, found);
    return found;
  }

  /**
   * Whether a step computes a signal: some inputs are given, some outputs not read.
   * @param {string} name
   * @param {number} t
   */
  computes(name, t) {
    const inside = t >= 1 && t <= this.head.T;
    return name === "x" && inside ? this.head.timeline.fed[t - 1] : this.stands(name, t);
  }

  /**
   * On a large window all is printed larger than usual.
   * @param {number} growth how many times
   */
  grow(growth) {
    this.growth = growth;
    this.sizes = grown(this.head.sizes, growth);
  }

  /** The step shown. */
  get t() {
    return this.state.now.t;
  }

  // --- which way it goes: a backward pass from the last step to the first

  /** What one step on adds to t. */
  get by() {
    return this.head.film ? -1 : 1;
  }

  /** The first step on the way. */
  get first() {
    return this.head.film ? this.head.T : 1;
  }

  /** The last step on the way. */
  get last() {
    return this.head.film ? 1 : this.head.T;
  }

  /** Before the first step: where nothing is computed yet. */
  get start() {
    return this.first - this.by;
  }

  /** Whether a step is shown, and not what is before all. */
  get begun() {
    return this.t !== this.start;
  }

  /** A step that can be shown, the nearest. @param {number} t */
  clamp(t) {
    const [low, high] = [Math.min(this.start, this.last), Math.max(this.start, this.last)];
    return Math.max(low, Math.min(high, t));
  }

  /** Whether the way has come to a step. @param {number} k */
  reached(k) {
    return this.by > 0 ? k <= this.t : k >= this.t;
  }

  /**
   * The same run, seen from another step.
   * @param {number} t
   * @returns {Scene}
   */
  at(t) {
    return Object.create(this, { t: { value: t } });
  }

  /**
   * The same run in the same pause, before what it brings has come.
   * @returns {Scene}
   */
  waiting() {
    const { part } = this;
    const before = this.parts[(this.state.now.part ?? 0) - 2];
    if (!part) return this;
    const { worked, made } = before?.block === part.block ? before : { worked: [], made: false };
    return Object.create(this, { part: { value: { ...part, worked, made, last: false, waits: true } } });
  }

  get words() {
    return this.head.words;
  }

  /** Whether another player of a comparison has the bar and takes the keys, for this one too. */
  get follows() {
    return this.head.side?.leads === false;
  }

  /**
   * In slow motion the part that is under way, else null.
   * @returns {Part | null}
   */
  get part() {
    const { slow, t, part } = this.state.now;
    return slow && t !== this.start && part !== null && part >= 1 ? this.parts[part - 1] : null;
  }

  get atEnd() {
    const { t, slow, part } = this.state.now;
    return t === this.last && (!slow || (part ?? 0) >= this.parts.length);
  }

  /** How far the box is open on the page that shows it: closed, its equations, their numbers. */
  get level() {
    return this.head.network && !this.part ? this.state.now.level : "numbers";
  }

  /** Whether differences are shown, of which no equation holds. */
  get differs() {
    return Boolean(this.head.changed) && this.numbers.view === "difference";
  }

  /** The words to the numbers that are shown: those before the reader's changes, or after them. */
  get told() {
    return this.head.changed && this.numbers.view === "before" ? this.head.changed : this.head;
  }

  // --- what is known by now

  /**
   * Whether a signal is known at step t: reached, and in slow motion computed.
   * @param {string} name
   * @param {number | null} t
   */
  known(name, t) {
    const { gives, ahead, fed } = this.head.timeline;
    if (t === null) return this.begun; // a neighbour that there is not: zeros
    const inside = t >= 1 && t <= this.head.T;
    if (this.head.film && !this.blocks.has(name)) return true; // of the run that it goes back through
    if (name !== "x" && !this.stands(name, t)) return false;
    if (inside && name === "x" && !fed[t - 1]) return gives[t - 1] || Boolean(this.head.graph); // an inner node has zeros
    if ((name === "x" && !inside) || ahead.includes(name)) return true;
    if (!this.reached(t)) return false;
    const { part } = this;
    if (!part || t !== this.t) return true;
    const order = this.head.stage.blocks;
    const index = order.findIndex((block) => block.name === name);
    const current = order.indexOf(part.block);
    return index < current || (index === current && part.last);
  }

  /**
   * Whether row i of a signal is known at step t: in slow motion the first row comes before the others.
   * @param {string} name
   * @param {number | null} t
   * @param {number} i
   */
  knownRow(name, t, i) {
    const { part } = this;
    const first = i === 0 && t === this.t && part?.block.name === name && part.made;
    return first || this.known(name, t);
  }

  /**
   * The number of a cell of a tile now, or NaN where it is not known yet.
   * @param {Tile} tile
   * @param {number} r
   * @param {number} c
   */
  cell({ source, role, nth, lying }, r, c) {
    const { t, numbers } = this;
    if (source[0] === "weight") return numbers.weight(source[1], ...turned(source, r, c), t);
    const i = lying ? c : r;
    if (source[0] === "signal") {
      const at = numbers.step(t, source[2]);
      if (!this.begun && at !== null && !this.exists(source[1], at)) return NaN;
      if (!this.knownRow(source[1], at, i)) return NaN;
    }
    if (role === "working" && (!this.begun || !this.worked(nth, i))) return NaN;
    if (parts(source).length && role !== "working" && !this.made(source)) return NaN;
    return numbers.value(source, i, t);
  }

  /**
   * Whether all that a value is made of is known by now.
   * @param {Source} source
   */
  made(source) {
    const { t, numbers } = this;
    return this.begun && signalsOf(source).every(([, name, shift]) => this.known(name, numbers.step(t, shift)));
  }

  /**
   * Whether slow motion has come to a row of the working.
   * @param {number} nth which of its tiles, from 0
   * @param {number} i
   */
  worked(nth, i) {
    const { part } = this;
    return !part || part.last || (i === 0 && part.worked.includes(nth));
  }

  /**
   * Whether a row of a tile has a number by now; one that has shows a nan.
   * @param {Tile} tile
   * @param {number} i
   */
  computed({ source, role, nth }, i) {
    if (source[0] === "weight") return true;
    if (role === "working") return this.worked(nth, i);
    if (parts(source).length) return this.made(source);
    if (source[0] !== "signal") return true;
    const at = this.numbers.step(this.t, source[2]);
    return (at === null || (at >= 1 && at <= this.head.T)) && this.knownRow(source[1], at, i);
  }

  // --- what belongs to what

  /**
   * Whether two steps have the same weights: all have, unless untied, or an encoder has its own. null is any step.
   * @param {number | null} one
   * @param {number | null} other
   */
  sameWeights(one, other) {
    if (one === null || other === null) return true;
    const { decoder } = this.head;
    return this.state.now.untied ? one === other : one < decoder === other < decoder;
  }

  /**
   * What a step is called: the symbol that came in, if it is known by now, else its number.
   * @param {number} t
   */
  labelOf(t) {
    const { T, timeline } = this.head;
    if (t < 1 || t > T) return "";
    return timeline.fed[t - 1] && t > this.t ? "?" : this.told.labels[t - 1];
  }

  /**
   * Whether a signal has a number at step k: a step of the sequence, or a state outside it.
   * @param {string} name
   * @param {number} k
   */
  exists(name, k) {
    const { before, rows } = this.head.signals[name];
    const index = k - 1 + before;
    return index >= 0 && index < rows;
  }

  /**
   * Whether the wiring has this signal at this step: some inputs are not given, some outputs not read.
   * @param {string} name
   * @param {number} k
   */
  stands(name, k) {
    const { gives, reads, fed } = this.head.timeline;
    if (k < 1 || k > this.head.T) return true;
    if (name === "x") return gives[k - 1] || fed[k - 1];
    return name === "y" || name === this.head.stage.share ? reads[k - 1] : true;
  }

  /**
   * Whether the reader holds row i of a signal at step t.
   * @param {string} name
   * @param {number} t
   * @param {number} i
   */
  heldAt(name, t, i) {
    return (this.head.held[name] ?? []).some(([step, row]) => step === t - 1 && row === i);
  }

  /**
   * The symbol with the largest probability at step t, or null where y is not known.
   * @param {number} t
   */
  choice(t) {
    const { share } = this.head.stage;
    if (!share || t < 1 || !this.known(share, t) || this.differs) return null;
    const { numbers } = this;
    const n = numbers.length(share);
    const chosen = numbers.frame === null ? this.told.chosen : this.head.sweep?.chosen[numbers.frame];
    let best = chosen?.[t - 1] ?? 0;
    const p = (/** @type {number} */ k) => numbers.signal(share, t, k);
    if (!chosen) for (let k = 1; k < n; k++) if (p(k) > p(best)) best = k;
    // Two that are equal are no choice, but where the next input is made of one: there the first of them was taken.
    for (let k = 0; k < n; k++) if (k !== best && p(k) === p(best) && !this.head.timeline.fed[t]) return null;
    return Number.isNaN(p(best)) ? null : { symbol: this.head.symbols[best], p: p(best) };
  }

  /**
   * A number of a source as the picture prints it.
   * @param {Source} source
   * @param {number} v
   */
  written(source, v) {
    const derived =
      source[0] !== "weight" && signalsOf(source).some(([, name]) => name in (this.head.film?.scales ?? {}));
    const digits = this.head.sizes.digits + (derived ? 1 : 0); // derivatives are small
    return show(v, source[0] === "signal" && source[1] === "x", digits);
  }

  /**
   * What the colour of a number of a source is relative to.
   * @param {Source} source
   */
  scale(source) {
    const { ranges, ripple, film } = this.head;
    if (ripple && source[1] === ripple.name) return ripple.range;
    if (film && source[0] !== "weight" && source[0] !== "vector") {
      // A derivative has a scale for each step; what is added up to one has that of the states.
      if (source[0] === "signal" && source[1] in film.scales) return this.column(source[1], source[2]);
      const derived = signalsOf(source).some(([, name]) => name in film.scales);
      if (derived) return Math.max(...Object.keys(film.lengths).map((name) => this.column(name, 0)));
    }
    return source[0] === "signal" && ranges.states.includes(source[1]) ? ranges.state : ranges.weight;
  }

  /** The range of a derivative where the step shown reads it. @param {string} name @param {SignalRead[2]} shift */
  column(name, shift) {
    const scales = this.head.film?.scales[name] ?? [1];
    const at = this.numbers.step(this.t, shift) ?? 1;
    return scales[Math.max(0, Math.min(scales.length - 1, at - 1))];
  }

  /** The same of a signal at step k. @param {string} name @param {number} k */
  scaleAt(name, k) {
    return this.scale(["signal", name, k - this.t]);
  }

  /**
   * Whether there is such a number in this run.
   * @param {Pick} pick
   * @returns {boolean}
   */
  fits({ source, i, j }) {
    const inside = (/** @type {Source} */ e) => this.fits({ source: e, i: 0, j: 0 });
    if (source[0] === "number") return true;
    if (source[0] === "signal") return i < (this.head.signals[source[1]]?.n ?? 0);
    if (source[0] === "weight" || source[0] === "vector") {
      const weight = this.head.weights[source[1]];
      return Boolean(weight) && i < weight.rows && j < weight.columns;
    }
    if (source[0] === "product" && !this.head.weights[source[1]]) return false;
    return parts(source).every(inside) && i < this.numbers.size(source);
  }

  /**
   * The row and column of a tile that a chosen cell stands in, or null.
   * @param {Tile} tile
   * @param {Pick | null} pick
   * @returns {[number, number] | null}
   */
  placeOf(tile, pick) {
    if (!pick) return null;
    if (tile.source[0] === "weight" && pick.source[0] === "weight")
      return tile.source[1] === pick.source[1] ? turned(tile.source, pick.i, pick.j) : null;
    if (!alike(tile.source, pick.source)) return null;
    return tile.lying ? [0, pick.i] : [pick.i, 0];
  }

  /**
   * The shift at which the present step reads another, as a signal's source.
   * @param {string} name
   * @param {number} k
   * @returns {Expression}
   */
  from(name, k) {
    return ["signal", name, this.numbers.shift(this.t, k)];
  }
}
