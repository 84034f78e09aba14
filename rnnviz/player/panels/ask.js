// Asking: the chosen number, the numbers it was made from, and the way from question to question.

import { alike, elementwise } from "../expression.js";
import { LEAST, Sums } from "../sums.js";
import { escaped, fill, show, stepText } from "../writing.js";
import { Arithmetic } from "./arithmetic.js";
import { Chips } from "./chips.js";
import { numberName } from "./names.js";
import { barsOf, curveOf, scoresOf } from "./pictures.js";
import { answer, formula } from "./said.js";
import { goal, knows, subject } from "./subject.js";
import { products, terms } from "./terms.js";

/** @import { Pick, Source } from "../types.js" */
/** @import { Palette } from "../drawing/colours.js" */
/** @import { Scene } from "../scene.js" */
/** @import { About, Goal } from "./subject.js" */

/** @param {Goal | undefined} one @param {Goal} other */
const same = (one, other) =>
  one !== undefined && one.t === other.t && one.i === other.i && one.j === other.j && alike(one.source, other.source);

export class Ask {
  #box;
  /** What to do when a number is gone to, and when the answer is shut. */
  #act;
  /** The numbers asked on the way here; the last is the chosen one. @type {Goal[]} */
  #trail = [];
  /** Matrices of which all products are shown. @type {Set<string>} */
  #unfolded = new Set();
  /** How far bars reach, for the numbers of this run. @type {Map<string, [number, number]>} */
  #extents = new Map();
  /** Those that the answer leads to. @type {Goal[]} */
  #goals = [];
  /** What stands in each part of the panel. @type {Map<string, string>} */
  #said = new Map();
  /** @type {{ scene: Scene, palette: Palette } | null} */
  #shown = null;

  /**
   * @param {HTMLElement} box
   * @param {{ go: (goal: Goal) => void, shut: () => void }} act
   */
  constructor(box, act) {
    this.#box = box;
    this.#act = act;
    box.addEventListener("click", (event) => this.#click(event));
  }

  /** @param {string} part @returns {HTMLElement | null} */
  #find(part) {
    return this.#box.querySelector(part);
  }

  /** Whether the reader's focus is in the panel. */
  get focused() {
    return this.#box.contains(document.activeElement);
  }

  /** Where the answer lies on the screen. */
  get edge() {
    return this.#box.getBoundingClientRect();
  }

  /**
   * Where the answer is to lie.
   * @param {number} width pixels of the place beside the page; 0 where there is none
   * @param {boolean} right whether on the other side, where the number that was asked stands on the left
   */
  place(width, right) {
    this.#box.classList.toggle("rv-right", right);
    this.#box.style.setProperty("--rv-drawer", `${width || 320}px`);
  }

  /** The names of the controls, in the reader's language; a new run has bars of its own. @param {Record<string, string>} words */
  label(words) {
    this.#box.setAttribute("aria-label", words.arithmetic);
    this.#find("nav")?.setAttribute("aria-label", words.way);
    const shut = this.#find(".rv-shut");
    shut?.setAttribute("aria-label", words.shut);
    if (shut) shut.title = words.shut;
    this.#extents.clear();
  }

  // --- going from number to number

  /** @param {MouseEvent} event */
  #click(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!button) return;
    const { go, back, unfold } = button.dataset;
    if (button.matches(".rv-shut")) {
      this.#act.shut();
    } else if (go !== undefined) {
      const next = this.#goals[Number(go)];
      if (same(this.#trail.at(-1), next)) return;
      this.#trail.push(next);
      this.#act.go(next);
    } else if (back !== undefined) {
      this.#trail.length = Number(back) + 1;
      this.#act.go(this.#trail[Number(back)]);
    } else if (unfold !== undefined) {
      if (!this.#unfolded.delete(unfold)) this.#unfolded.add(unfold);
      if (this.#shown) this.draw(this.#shown.scene, this.#shown.palette);
    }
  }

  /**
   * Begin a new way with the number of a signal at step k; returns where it leads.
   * @param {Scene} scene
   * @param {string} name
   * @param {number} i
   * @param {number} k
   */
  begin(scene, name, i, k) {
    const first = goal(scene, ["signal", name, 0], i, k);
    this.#trail = [first];
    return first;
  }

  /** Let the reader go on by keys from the number that is chosen. */
  focus() {
    this.#find("nav [aria-current]")?.focus({ preventScroll: true });
  }

  // --- the panel

  /**
   * The answer is about the numbers before or after the reader's changes; a difference has no terms of its own.
   * @param {Scene} scene
   * @param {Palette} palette
   */
  draw(scene, palette) {
    const { numbers } = scene;
    this.#shown = { scene, palette };
    numbers.within(numbers.view === "before" ? "before" : "after", () => this.#render(scene, palette));
  }

  /**
   * @param {Scene} scene
   * @param {Palette} palette
   */
  #render(scene, palette) {
    const { pick } = scene.state.now;
    this.#open(Boolean(pick));
    if (!pick) {
      this.#trail = [];
      return;
    }
    const here = { ...pick, t: scene.t };
    const whole = this.#trail.every((entry) => scene.fits(entry) && entry.t <= scene.head.T);
    if (!same(this.#trail.at(-1), here) || !whole) this.#trail = [here];
    const about = subject(scene, pick);
    const arithmetic = new Arithmetic(scene);
    const { e, i, at } = about;
    const sums = about.state === "computed" && e ? arithmetic.printed(e, i, at).sums : new Sums(scene.numbers, LEAST);
    const chips = new Chips(scene, arithmetic, palette, sums);
    const { activeElement } = document;
    const key = this.focused && activeElement instanceof HTMLElement ? activeElement.dataset.key : undefined;
    this.#put(".rv-way ol", this.#way(scene, chips));
    this.#put(".rv-answer", answer(chips, about, pick));
    const lines = formula(chips, about).map((line) => `<div class="rv-how">${line}</div>`);
    this.#put(".rv-arithmetic", `<div class="rv-what">${describe(scene, pick)}</div>${lines.join("")}`);
    const across = this.#find(".rv-table")?.scrollLeft ?? 0;
    this.#put(".rv-found", this.#found(chips, about));
    this.#goals = chips.goals;
    this.#find(".rv-table")?.scrollTo(across, 0);
    const rows = this.#find(".rv-rows");
    /** @type {HTMLElement | null | undefined} */
    const marked = rows?.querySelector("[aria-current]");
    if (rows && marked) rows.scrollTop = marked.offsetTop - (rows.clientHeight - marked.offsetHeight) / 2;
    if (key === undefined || this.focused) return;
    const again = [...this.#box.querySelectorAll("button")].find((button) => button.dataset.key === key);
    if (again) again.focus({ preventScroll: true });
    else this.focus();
  }

  /** Above everything, and out of everybody's way. @param {boolean} open */
  #open(open) {
    this.#box.hidden = !open;
    if (this.#box.matches(":popover-open") === open) return;
    if (open) this.#box.showPopover();
    else this.#box.hidePopover();
  }

  /** @param {string} part @param {string} html */
  #put(part, html) {
    const element = this.#find(part);
    if (!element || this.#said.get(part) === html) return;
    this.#said.set(part, html);
    element.innerHTML = html;
  }

  /**
   * @param {Scene} scene
   * @param {Chips} chips
   */
  #way(scene, chips) {
    const stops = this.#trail.map(({ source, i, j, t }, k) => {
      const [kind, name] = source;
      const e = source[0] === "weight" ? null : source;
      const at = source[0] === "signal" ? (scene.numbers.step(t, source[2]) ?? t) : t;
      const unit = chips.unit({ kind, name: typeof name === "string" ? name : "", i, j, e, at });
      const text =
        kind === "weight" || kind === "vector" ? fill(scene.words.stop, { name: unit, t: stepText(at) }) : unit;
      const last = k === this.#trail.length - 1 ? ' aria-current="location"' : "";
      return `<li><button type="button" data-back="${k}" data-key="way${k}"${last}>${text}</button></li>`;
    });
    return stops.join("");
  }

  /**
   * @param {Chips} chips
   * @param {About} about
   */
  #found(chips, about) {
    const { e } = about;
    if (about.state === "weight") return products(chips, about);
    if (about.state !== "computed" || !e) return "";
    if (e[0] === "call" && !elementwise(e)) return scoresOf(chips, about, e);
    const made = { ...about, e };
    return terms(chips, made, this.#unfolded) + curveOf(chips, made) + barsOf(chips, made, this.#extents);
  }
}

/**
 * Symbol, row, column and value of a cell, as HTML.
 * @param {Scene} scene
 * @param {Pick} pick
 */
export function describe(scene, { source, i, j }) {
  const { t, words, numbers } = scene;
  if (source[0] === "weight" || source[0] === "vector")
    return `${numberName(scene, source, i, j, t)}: ${scene.written(source, numbers.weight(source[1], i, j, t))}`;
  if (source[0] !== "signal") {
    const value = knows(scene, source, i, t) ? scene.written(source, numbers.value(source, i, t)) : "?";
    return `(${new Arithmetic(scene).name(source)})[${i + 1}]: ${value}`;
  }
  const [, name, shift] = source;
  const at = numbers.step(t, shift);
  const unit = numberName(scene, source, i, 0, t);
  const called = name in scene.head.called ? ` · ${escaped(scene.head.called[name])}` : "";
  if (at === null) return `${unit}: ${show(0)} (${words.no_child})${called}`;
  const value = scene.knownRow(name, at, i) ? scene.written(source, numbers.value(source, i, t)) : "?";
  return `${unit}: ${value}${called}`;
}

/**
 * The number that is chosen, for whoever asks: signal, row from 0, step from 1; null where it is no signal's.
 * @param {Scene} scene
 * @returns {[string, number, number] | null}
 */
export function chosenNumber({ numbers, state, t }) {
  const { pick } = state.now;
  /** @type {Source | undefined} */
  const source = pick?.source;
  if (!pick || source?.[0] !== "signal") return null;
  const at = numbers.step(t, source[2]);
  return at === null ? null : [source[1], pick.i, at];
}
