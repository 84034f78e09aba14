// Changing numbers: the slider of the chosen number, dragging a cell, and what is shown: before, after or the difference.
// The core computes: what a drag shows is one of the values that were fetched when the number was touched.

import { fill, show } from "../writing.js";
import { signalName } from "./names.js";

/** @import { Act, Pick, View } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Hit } from "../drawing/stage.js" */

const FAR = 6; // pixels that a pointer moves before it is a drag and no click

/**
 * What the panel needs of the player.
 * @typedef {object} Actions
 * @property {() => Scene | null} scene
 * @property {(what: Act) => void} act
 * @property {() => void} draw
 * @property {(event: MouseEvent) => Hit | null} hit the cell of the stage under the mouse
 * @property {(hit: Hit) => void} choose
 */
/** The number that is dragged; `done` once it is let go. @typedef {{ place: string, value: number, done: boolean }} Dragged */

/** Four decimals at most, as the address has it. @param {number} value */
const plain = (value) => String(Number(value.toFixed(4)));

export class Change {
  #panel;
  #views;
  #do;
  /** @type {Dragged | null} */
  #held = null;
  /** Pictures since the number was touched, for the benchmark. */
  #drawn = 0;
  #moving = false;
  #next = 0;
  /** What the panel's controls are for. @type {string | null} */
  #said = null;
  #felt = "";

  /**
   * @param {HTMLElement} panel
   * @param {HTMLElement} views the buttons before, after, difference
   * @param {Actions} actions
   */
  constructor(panel, views, actions) {
    this.#panel = panel;
    this.#views = views;
    this.#do = actions;
    views.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("button");
      const view = /** @type {View | undefined} */ (button?.dataset.view);
      if (view) actions.scene()?.state.set({ view });
    });
    const slider = (/** @type {Event} */ { target }) => target instanceof HTMLInputElement && target.type === "range";
    panel.addEventListener("input", (event) => {
      if (slider(event)) this.#to(Number(/** @type {HTMLInputElement} */ (event.target).value));
    });
    for (const name of ["pointerdown", "focusin"]) {
      panel.addEventListener(name, (event) => {
        const scene = actions.scene();
        if (slider(event) && scene) this.#touch(scene, scene.state.now.pick);
      });
    }
    panel.addEventListener("change", (event) => {
      if (slider(event)) this.#release();
      else this.#typed(/** @type {HTMLInputElement} */ (event.target));
    });
    panel.addEventListener("click", (event) => {
      const { hold } = /** @type {HTMLElement} */ (event.target).dataset;
      if (hold) this.#hold(hold);
    });
    panel.addEventListener("keydown", (event) => event.stopPropagation()); // the slider's arrows are its own
  }

  /** Whether a cell is being dragged. */
  get moving() {
    return this.#moving;
  }

  /** The pixels of the buttons before, after, difference. */
  get height() {
    return this.#views.offsetHeight;
  }

  /** How many pictures the drag had so far, or the last one. */
  get drawn() {
    return this.#drawn;
  }

  /** A new run: what was dragged is let go once its value has arrived. @param {Scene} scene */
  update({ head, numbers, state }) {
    numbers.view = head.changed ? state.now.view : "after";
    if (this.#held && head.sweep?.place === this.#held.place) this.#pick(this.#held.value);
    else if (this.#held?.done) this.#held = null;
    this.#said = null;
  }

  /** The buttons before, after, difference. @param {Scene} scene */
  drawViews({ head, numbers, words }) {
    this.#views.hidden = !head.changed;
    if (!head.changed) return;
    const felt = (numbers.frame === null ? head.felt : head.sweep?.felt[numbers.frame]) ?? "";
    const place = this.#views.querySelector(".rv-felt");
    if (place && felt !== this.#felt) place.innerHTML = this.#felt = felt;
    const names = { before: words.view_before, after: words.view_after, difference: words.view_difference };
    for (const button of this.#views.querySelectorAll("button")) {
      const view = /** @type {View} */ (button.dataset.view);
      button.textContent = names[view];
      button.setAttribute("aria-pressed", String(view === numbers.view));
    }
  }

  // --- dragging

  /**
   * A number is touched: ask the core for its values.
   * @param {Scene} scene
   * @param {Pick | null} pick
   */
  #touch(scene, pick) {
    const place = pick && placeOf(scene, pick);
    if (!place || (this.#held?.place === place && !this.#held.done)) return;
    this.#held = { place, value: numberOf(scene, pick), done: false };
    this.#drawn = 0;
    if (scene.head.sweep?.place !== place) this.#do.act({ do: "sweep", place });
  }

  /** Drag it to a value: the nearest that the core computed. @param {number} value */
  #to(value) {
    if (!this.#held) return;
    this.#held.value = value;
    if (this.#do.scene()?.head.sweep?.place !== this.#held.place) return;
    cancelAnimationFrame(this.#next);
    this.#next = requestAnimationFrame(() => this.#pick(value));
  }

  /** @param {number} value */
  #pick(value) {
    const scene = this.#do.scene();
    const sweep = scene?.head.sweep;
    if (!scene || !sweep || !this.#held) return;
    const away = (/** @type {number} */ k) => Math.abs(sweep.values[k] - value);
    const near = sweep.values.reduce((best, _, k) => (away(k) < away(best) ? k : best), 0);
    if (scene.numbers.frame === near) return;
    scene.numbers.frame = near;
    this.#held.value = sweep.values[near];
    this.#drawn += 1;
    this.#do.draw();
  }

  /** Let go: the value is the reader's from now on. */
  #release() {
    if (!this.#held || this.#held.done) return;
    this.#held.done = true;
    this.#do.act({ do: "edit", edit: `${this.#held.place}:${plain(this.#held.value)}` });
  }

  /** @param {HTMLInputElement} field */
  #typed(field) {
    const scene = this.#do.scene();
    const pick = scene?.state.now.pick;
    const place = scene && pick ? placeOf(scene, pick) : null;
    const value = numberIn(field);
    if (place && value !== null) this.#do.act({ do: "edit", edit: `${place}:${plain(value)}` });
  }

  /** Hold a computed number: at this step only, or from it on. @param {string} steps */
  #hold(steps) {
    const scene = this.#do.scene();
    const pick = scene?.state.now.pick;
    /** @type {HTMLInputElement | null} */
    const field = this.#panel.querySelector("input[type=number]");
    if (!scene || !field || pick?.source[0] !== "signal") return;
    const value = numberIn(field);
    if (value === null) {
      field.focus();
      return;
    }
    const at = scene.numbers.step(scene.t, pick.source[2]);
    const stretch = `${at}${steps === "on" ? "-" : ""}`;
    this.#do.act({ do: "edit", edit: `${pick.source[1]}.${stretch}.${pick.i + 1}:${plain(value)}` });
  }

  /**
   * A cell that is given can be dragged up and down; without a movement it is a click, and asks.
   * @param {HTMLElement} stage
   */
  dragOn(stage) {
    stage.addEventListener("pointerdown", (event) => {
      const scene = this.#do.scene();
      const mouse = event.button === 0 && event.pointerType !== "touch";
      const hit = scene?.head.changing && mouse ? this.#do.hit(event) : null;
      if (!scene || !hit || !placeOf(scene, hit)) return;
      const from = numberOf(scene, hit);
      const move = (/** @type {PointerEvent} */ moved) => {
        const far = event.clientY - moved.clientY;
        if (!this.#moving && Math.abs(far) < FAR) return;
        if (!this.#moving) {
          this.#moving = true;
          this.#do.choose(hit);
          this.#touch(scene, scene.state.now.pick);
          stage.setPointerCapture(event.pointerId);
        }
        this.#to(from + (far / 100) * scene.head.ranges.weight);
      };
      const up = () => {
        stage.removeEventListener("pointermove", move);
        stage.removeEventListener("pointerup", up);
        stage.removeEventListener("pointercancel", up);
        if (!this.#moving) return;
        this.#release();
        setTimeout(() => {
          this.#moving = false; // the click that follows is none
        });
      };
      stage.addEventListener("pointermove", move);
      stage.addEventListener("pointerup", up);
      stage.addEventListener("pointercancel", up);
    });
  }

  // --- the panel of the chosen number

  /** @param {Scene} scene */
  drawPanel(scene) {
    const { pick } = scene.state.now;
    const { changing } = scene.head;
    const place = pick && changing ? placeOf(scene, pick) : null;
    const holds = pick && changing && !place ? held(scene, pick) : null;
    this.#panel.hidden = !place && !holds;
    if (!pick || (!place && !holds)) {
      this.#said = null;
      return;
    }
    const said = place ?? `hold ${holds?.join(" ")}`;
    const value = this.#held && this.#held.place === place ? this.#held.value : numberOf(scene, pick);
    if (said !== this.#said) {
      this.#said = said;
      const { words, head } = scene;
      const controls = holds ? holding(scene, value, holds) : slider(words, value, head.ranges.weight);
      this.#panel.replaceChildren(...controls);
    }
    for (const input of this.#panel.querySelectorAll("input")) {
      if (input.type === "range" && (value < Number(input.min) || value > Number(input.max))) {
        const reach = (Number(input.max) - Number(input.min)) / 2;
        Object.assign(input, { min: value - reach, max: value + reach });
      }
      if (document.activeElement !== input) input.value = input.type === "number" ? plain(value) : String(value);
      if (input.type === "range") input.setAttribute("aria-valuetext", show(value));
    }
    const was = this.#panel.querySelector(".rv-was");
    if (was) was.innerHTML = wasText(scene, pick);
  }
}

// --- which numbers can be changed

/**
 * Where a chosen number stands, as the address writes it, if it is given and not computed; else null.
 * @param {Scene} scene
 * @param {Pick} pick
 */
export function placeOf(scene, { source, i, j }) {
  const { head, t } = scene;
  if (source[0] === "weight" || source[0] === "vector") {
    const { encoder, matrix } = head.weights[source[1]];
    const early = encoder !== undefined && t < head.decoder ? "encoder." : "";
    return `${early}${source[1]}.${i + 1}${source[0] === "weight" && matrix ? `.${j + 1}` : ""}`;
  }
  if (source[0] !== "signal" || !head.signals[source[1]] || head.ripple?.name === source[1]) return null;
  const [, name, shift] = source;
  const at = scene.numbers.step(t, shift);
  if (at === null) return null;
  const inside = at >= 1 && at <= head.T;
  const given = name === "x" ? inside && head.timeline.gives[at - 1] : !inside && scene.exists(name, at);
  return given ? `${name}.${at}.${i + 1}` : null;
}

/**
 * A number that is computed at a step of the sequence, so that it can be held: its signal, step and row; else null.
 * @param {Scene} scene
 * @param {Pick} pick
 * @returns {[string, number, number] | null}
 */
function held({ head, numbers, t }, { source, i }) {
  if (source[0] !== "signal" || !head.changeable.includes(source[1])) return null;
  const at = numbers.step(t, source[2]);
  return at !== null && at >= 1 && at <= head.T ? [source[1], at, i] : null;
}

/**
 * The number of a choice, as it is read.
 * @param {Scene} scene
 * @param {Pick} pick
 */
function read({ numbers, t }, { source, i, j }) {
  return source[0] === "weight" ? numbers.weight(source[1], i, j, t) : numbers.value(source, i, t);
}

/**
 * The same after the reader's changes.
 * @param {Scene} scene
 * @param {Pick} pick
 */
const numberOf = (scene, pick) => scene.numbers.as("after", () => read(scene, pick));

/**
 * What the number was before the changes, where it was another.
 * @param {Scene} scene
 * @param {Pick} pick
 */
function wasText(scene, pick) {
  if (!scene.head.changed) return "";
  const was = scene.numbers.as("before", () => read(scene, pick));
  const now = numberOf(scene, pick);
  return was === now ? "" : fill(scene.words.was, { was: show(was), difference: show(now - was) });
}

// --- controls

/** @param {HTMLInputElement} field */
function numberIn({ value }) {
  return value !== "" && Number.isFinite(Number(value)) ? Number(value) : null;
}

/**
 * @param {Record<string, string>} words
 * @param {number} value
 * @param {number} reach
 */
function slider(words, value, reach) {
  const range = control("range", words.change_to);
  Object.assign(range, { min: value - reach, max: value + reach, step: reach / 20, value });
  return [span(words.change_to), range, numberField(value, words.change_to), span("", "rv-was")];
}

/**
 * @param {Scene} scene
 * @param {number} value
 * @param {[string, number, number]} number
 */
function holding(scene, value, [name, t, i]) {
  const { words } = scene;
  const text = span("");
  text.innerHTML = fill(words.hold_at, { name: signalName(scene, name, `${t}`, i) });
  const buttons = Object.entries({ here: words.hold_here, on: words.hold_on }).map(([steps, label]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.hold = steps;
    button.textContent = label;
    return button;
  });
  return [text, numberField(value, words.hold_value), ...buttons, span("", "rv-was")];
}

/** @param {string} type @param {string} name */
function control(type, name) {
  const input = document.createElement("input");
  input.type = type;
  input.setAttribute("aria-label", name);
  return input;
}

/** @param {number} value @param {string} name */
function numberField(value, name) {
  return Object.assign(control("number", name), { step: "any", value: plain(value) });
}

/** @param {string} text */
function span(text, className = "") {
  const made = document.createElement("span");
  made.textContent = text;
  made.className = className;
  return made;
}
