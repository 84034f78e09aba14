// The small diagram that unrolls and folds back, and beside it the weights, counted: touch one and every copy lights up.

import { escaped, MINUS, symbol } from "../writing.js";
import { tell } from "./counts.js";

/** @import { NetworkRecord } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { State } from "../state.js" */
/** @import { Look } from "./look.js" */

const PITCH = 128;
const BOX = 56;
const LAYER = 66;
const TOP = 36;

export class Network {
  #holder;
  #state;
  #button;
  #svg;
  #untie;
  #start = 1;
  #count = 1;
  /** The weight whose light a click keeps on. @type {string | null} */
  #pinned = null;
  /** @type {Scene | null} */
  #scene = null;

  /**
   * @param {HTMLElement} holder
   * @param {State} state
   */
  constructor(holder, state) {
    const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (holder.querySelector(part));
    this.#holder = holder;
    this.#state = state;
    this.#button = find(".rv-unroll");
    this.#svg = /** @type {SVGSVGElement} */ (holder.querySelector("svg"));
    this.#untie = find(".rv-untie");
    this.#button.addEventListener("click", () => state.set({ unrolled: !state.now.unrolled }));
    this.#untie.addEventListener("click", () => {
      this.#pinned = null;
      state.set({ untied: !state.now.untied, lit: null, litAt: null });
    });
    // Arrows and chips alike: touch lights up, a click keeps the light on.
    const touched = (/** @type {Event} */ event) =>
      /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-weight]"));
    for (const name of ["pointerover", "focusin"]) {
      holder.addEventListener(name, (event) => this.#touch(touched(event), true));
    }
    for (const name of ["pointerout", "focusout"]) {
      holder.addEventListener(name, (event) => this.#touch(touched(event), false));
    }
    holder.addEventListener("click", (event) => this.#pin(touched(event)));
  }

  /**
   * @param {Look} look
   * @param {boolean} anew
   */
  draw(look, anew) {
    const { scene } = look;
    const { network, counts, T } = scene.head;
    this.#scene = scene;
    this.#holder.hidden = !network;
    if (!network || !counts) return;
    const room = /** @type {HTMLElement} */ (this.#holder.querySelector(".rv-fold")).clientWidth;
    const count = Math.max(1, Math.min(T, 6, Math.floor((room - 70) / PITCH)));
    const now = scene.t || 1;
    const start = Math.max(1, Math.min(T - count + 1, this.#start, now), now - count + 1);
    if (anew || start !== this.#start) {
      this.#start = start;
      this.#count = count;
      this.#build(scene, network);
      tell(this.#holder, look, counts);
    }
    for (const copy of this.#copies()) copy.classList.toggle("rv-now", Number(copy.dataset.t) === scene.t);
    this.shine();
  }

  /** How many pixels it takes. */
  get height() {
    return this.#holder.offsetHeight;
  }

  /** @returns {NodeListOf<SVGElement>} */
  #copies() {
    return this.#svg.querySelectorAll(".rv-copy");
  }

  /**
   * One group a step, all in the same place while folded.
   * @param {Scene} scene
   * @param {NetworkRecord} network
   */
  #build(scene, network) {
    const width = this.#count * PITCH + 90;
    const height = 74 + network.boxes.length * LAYER;
    const { T } = scene.head;
    const middle = level(network, network.boxes[0]?.name ?? "");
    const [first, last] = [this.#start > 1, this.#start + this.#count - 1 < T];
    const dots = (/** @type {number} */ x) =>
      `<text class="rv-open" x="${x}" y="${middle + 5}" font-size="22">…</text>`;
    const more = (first ? dots(0) : "") + (last ? dots(width - 24) : "");
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.#svg.style.width = `${width / 16}rem`;
    const steps = Array.from({ length: this.#count }, (_, k) => this.#start + k);
    const copies = steps.map((t, k) => new Copy(scene, network, t, k).draw()).reverse();
    const marker = `<marker id="rv-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>`;
    this.#svg.innerHTML = `<defs>${marker}</defs>${copies.join("")}${more}${loops(network, T)}`;
    this.unroll();
  }

  /** Unroll or fold: the copies slide out of, or back into, one. */
  unroll() {
    if (!this.#scene?.head.network) return;
    const { words } = this.#scene;
    const { unrolled } = this.#state.now;
    this.#button.textContent = unrolled ? words.fold : words.unroll;
    this.#button.setAttribute("aria-pressed", String(unrolled));
    this.#svg.classList.toggle("rv-unrolled", unrolled);
    this.#svg.setAttribute("aria-label", unrolled ? words.unrolled : words.folded);
    for (const copy of this.#copies()) {
      const k = Number(copy.dataset.k);
      copy.style.transform = `translateX(${PITCH / 2 + 22 + (unrolled ? k * PITCH : 0)}px)`;
      copy.style.opacity = unrolled || k === 0 ? "1" : "0";
      copy.style.pointerEvents = unrolled || k === 0 ? "" : "none";
    }
  }

  // --- the weights

  /**
   * @param {HTMLElement | null} element
   * @param {boolean} over
   */
  #touch(element, over) {
    if (element && !this.#pinned) this.#light(over ? weightsOf(element)[0] : null, stepOf(element));
  }

  /** @param {HTMLElement | null} element */
  #pin(element) {
    if (!element) return;
    const [weight] = weightsOf(element);
    this.#pinned = this.#pinned === weight ? null : weight;
    this.#light(this.#pinned, stepOf(element));
  }

  /**
   * @param {string | null} weight
   * @param {number | null} at
   */
  #light(weight, at) {
    if (weight === null) this.#pinned = null;
    this.#state.set({ lit: weight, litAt: at });
  }

  /** Show which weight is lit. */
  shine() {
    const { lit, litAt } = this.#state.now;
    /** @type {NodeListOf<HTMLElement>} */
    const all = this.#holder.querySelectorAll("[data-weight]");
    for (const element of all) {
      const here = lit !== null && weightsOf(element).includes(lit);
      const on = here && Boolean(this.#scene?.sameWeights(litAt, stepOf(element)));
      element.classList.toggle("rv-lit", on);
      if (element.matches("button")) element.setAttribute("aria-pressed", String(on));
    }
  }
}

/** @param {HTMLElement} element */
const weightsOf = (element) => (element.dataset.weight ?? "").split(" ");
/** @param {HTMLElement} element */
const stepOf = (element) => (element.dataset.at ? Number(element.dataset.at) : null);

// --- the diagram

/** The height of the middle of a box; the lowest box stands at the bottom. @param {NetworkRecord} network @param {string} name */
const level = ({ boxes }, name) => TOP + (boxes.length - boxes.findIndex((box) => box.name === name) - 0.5) * LAYER;
/** @param {NetworkRecord} network */
const bottom = ({ boxes }) => TOP + boxes.length * LAYER;

/** The network at one step. */
class Copy {
  /**
   * @param {Scene} scene
   * @param {NetworkRecord} network
   * @param {number} t
   * @param {number} k which of the copies it is, from the left
   */
  constructor(scene, network, t, k) {
    this.scene = scene;
    this.network = network;
    this.t = t;
    this.k = k;
    this.bottom = bottom(network);
  }

  draw() {
    const { t, k, scene, network } = this;
    const { timeline } = scene.head;
    const fed = timeline.fed[t - 1];
    const reads = timeline.reads[t - 1];
    const given = timeline.gives[t - 1] || fed;
    const edges = network.edges.map(([source, target, shift, weights]) => {
      if ((target === "y" && !reads) || (source === "x" && !given)) return "";
      if (shift === 0) return this.upward(source, target, weights);
      const inside = network.boxes.some((box) => box.name === target);
      return source !== "x" && source !== "y" && inside ? this.chain(source, target, Number(shift), weights) : "";
    });
    const below = scene.state.now.untied ? `W(${t})` : "W";
    const boxes = network.boxes.map(({ name }) => {
      const y = level(network, name);
      const label = `<text x="0" y="${y + 6}" text-anchor="middle">${symbol("f", below)}</text>`;
      return `<rect x="${-BOX / 2}" y="${y - 19}" width="${BOX}" height="38" rx="9"/>${label}`;
    });
    const letter = `<tspan dy="-5"> ${escaped(scene.labelOf(t))}</tspan>`;
    const x = given ? both(this.bottom + 26, symbol("x", "t"), symbol("x", `${t}`) + letter) : "";
    const y = timeline.bands[0][0] === "y" && reads ? both(20, symbol("y", "t"), symbol("y", `${t}`)) : "";
    const way = `M${-PITCH + 14} 16H${-PITCH / 2 - 6}V${this.bottom + 20}H-22`;
    const back = fed && k > 0 ? `<path class="rv-fed" d="${way}" marker-end="url(#rv-head)"/>` : "";
    return `<g class="rv-copy" data-t="${t}" data-k="${k}">${edges.join("")}${boxes.join("")}${x}${y}${back}</g>`;
  }

  /**
   * @param {string} source
   * @param {string} target
   * @param {string[]} weights
   */
  upward(source, target, weights) {
    const { network } = this;
    const order = ["x", ...network.boxes.map((box) => box.name), "y"];
    if (order.indexOf(target) - order.indexOf(source) === 1) {
      const from = source === "x" ? this.bottom + 8 : level(network, source) - 19;
      const to = target === "y" ? 28 : level(network, target) + 21;
      return this.edge(`M0 ${from}V${to}`, weights, [7, (from + to) / 2 + 5, "start"]);
    }
    // What passes by a box goes up beside it: inputs on the right, states on the left.
    const right = source === "x" ? 1 : -1;
    const side = right * (BOX / 2 + 9);
    const far = source === "x" ? this.bottom + 20 : level(network, source) - 12;
    const near = target === "y" ? 15 : level(network, target) + 12;
    const [start, end] = [source === "x" ? 12 : BOX / 2, target === "y" ? 14 : BOX / 2 + 3];
    return this.edge(`M${right * start} ${far}H${side}V${near}H${right * end}`, weights, null);
  }

  /**
   * @param {string} source
   * @param {string} target
   * @param {number} shift
   * @param {string[]} weights
   */
  chain(source, target, shift, weights) {
    const y = level(this.network, target);
    const from = level(this.network, source);
    const first = this.k === 0;
    const into = `H${-BOX / 2 - 3}`;
    const left = -PITCH * Math.abs(shift) + BOX / 2;
    const bend = from === y ? `M${left} ${y}${into}` : `M${left} ${from}H${-PITCH / 2}V${y}${into}`;
    const earlier = first ? `M${-PITCH / 2 - 8} ${y}${into}` : bend;
    const later = `M${-BOX / 2} ${from}H${first ? -PITCH / 2 - 8 : -PITCH + BOX / 2 + 3}`; // state t goes back to t-1
    const label = symbol(source, `${shift < 0 ? this.t - 1 : this.t}`);
    const at = first ? -PITCH / 2 + 4 : -PITCH / 2;
    const text = `<text class="rv-open rv-state" x="${at}" y="${y - 8}" text-anchor="middle">${label}</text>`;
    const edge = this.edge(shift < 0 ? earlier : later, weights, [-PITCH / 2, y + 19, "middle"]);
    return `<g class="rv-open">${edge}${text}</g>`;
  }

  /**
   * @param {string} d
   * @param {string[]} weights
   * @param {[number, number, string] | null} label
   */
  edge(d, weights, label) {
    return edge(d, weights, label, this.t, this.scene.state.now.untied ? `(${this.t})` : "");
  }
}

/**
 * A text that is another one while the network is folded.
 * @param {number} y
 * @param {string} folded
 * @param {string} open
 */
function both(y, folded, open) {
  const text = (/** @type {string} */ kind, /** @type {string} */ said) =>
    `<text x="0" y="${y}" text-anchor="middle"><tspan class="${kind}">${said}</tspan></text>`;
  return text("rv-folded", folded) + text("rv-open", open);
}

/**
 * An arrow with the name of its weight.
 * @param {string} d
 * @param {string[]} weights
 * @param {[number, number, string] | null} label where its name stands, and how
 * @param {number | null} t
 * @param {string} index
 */
function edge(d, weights, label, t, index) {
  const [x, y, anchor] = label ?? [];
  const text = label
    ? `<text x="${x}" y="${y}" text-anchor="${anchor}">${labelOf(weights, index, t === null)}</text>`
    : "";
  const data = weights.length ? `data-weight="${weights.join(" ")}" data-at="${t ?? ""}"` : "";
  const paths = `<path class="rv-hit" d="${d}"/><path d="${d}" marker-end="url(#rv-head)"/>`;
  return `<g class="rv-edge" ${data}>${paths}${text}</g>`;
}

/**
 * The names of the weights of an arrow: all of them where there is room, which a row of copies has for one only.
 * @param {string[]} weights
 * @param {string} index
 * @param {boolean} alone
 */
function labelOf(weights, index, alone) {
  const all = weights.map((name) => `${symbol(name, index)}<tspan dy="-5">${"\u00a0"}</tspan>`).join(" ");
  if (alone || weights.length < 2) return all;
  return `<tspan class="rv-folded">${all}</tspan><tspan class="rv-open">${weights.length} W</tspan>`;
}

/**
 * The loop of each box while folded: its state comes back as the state of the step before, if there is one.
 * @param {NetworkRecord} network
 * @param {number} T
 */
function loops(network, T) {
  const own = T < 2 ? [] : network.edges.filter(([source, target, shift]) => shift !== 0 && source === target);
  const drawn = own.map(([source, , shift, weights]) => {
    const y = level(network, source);
    const r = BOX / 2;
    const label = symbol(source, Number(shift) < 0 ? `t${MINUS}1` : "t+1");
    const text = `<text x="${r + 50}" y="${y - 12}" class="rv-state">${label}</text>`;
    const way = `M${r} ${y - 8}C${r + 60} ${y - 34} ${r + 60} ${y + 34} ${r + 3} ${y + 8}`;
    return edge(way, weights, [r + 50, y + 14, "start"], null, "") + text;
  });
  return `<g class="rv-loops" transform="translate(${PITCH / 2 + 22} 0)">${drawn.join("")}</g>`;
}
