// The bar: buttons, scrubber, step, speed, slow motion.

import { fill } from "../writing.js";

/** @import { Scene } from "../scene.js" */

/** @typedef {"first" | "back" | "play" | "forward" | "last" | "slow" | "skip" | "unskip"} Action */

const SPEEDS = [0.5, 1, 2, 4];

export class Bar {
  #root;
  #range;

  /**
   * @param {HTMLElement} root of the player
   * @param {{ do: (what: Action) => void, go: (t: number) => void, speed: (speed: number) => void }} act
   */
  constructor(root, act) {
    const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (root.querySelector(part));
    this.#root = root;
    this.#range = /** @type {HTMLInputElement} */ (find(".rv-scrubber input"));
    for (const button of this.#buttons()) {
      button.addEventListener("click", () => act.do(/** @type {Action} */ (button.dataset.do)));
    }
    this.#range.addEventListener("input", () => act.go(Number(this.#range.value)));
    find(".rv-speed select").addEventListener("change", ({ target }) => {
      act.speed(Number(/** @type {HTMLSelectElement} */ (target).value));
    });
  }

  /** @returns {NodeListOf<HTMLButtonElement>} */
  #buttons() {
    return this.#root.querySelectorAll("button[data-do]");
  }

  /** @param {Action} what */
  #button(what) {
    return [...this.#buttons()].find((button) => button.dataset.do === what);
  }

  /** @param {string} part */
  #put(part, text = "") {
    const element = this.#root.querySelector(part);
    if (element) element.textContent = text;
  }

  /** How high it is, with the title below. */
  get height() {
    const of = (/** @type {string} */ part) =>
      /** @type {HTMLElement | null} */ (this.#root.querySelector(part))?.offsetHeight ?? 0;
    return of(".rv-bar") + of(".rv-title");
  }

  /** The names of the controls, in the reader's language. @param {Scene} scene */
  label({ words, head, state }) {
    const [first, back, play, forward] = [words.first, words.back, words.play, words.forward];
    const names = { first, back, play, forward, last: words.last, skip: words.skip };
    for (const button of this.#buttons()) {
      const name = names[/** @type {keyof names} */ (button.dataset.do)];
      if (!name) continue;
      button.setAttribute("aria-label", name);
      button.title = name;
    }
    this.#range.setAttribute("aria-label", words.scrubber);
    this.#range.min = String(head.film ? 1 : 0);
    this.#range.max = String(head.film ? head.T + 1 : head.T);
    this.#put(".rv-slow", words.slow);
    this.#hold(head.graph !== null);
    // As wide as its longest text, so that the scrubber of a tree has one length.
    const longest = Math.max(...head.labels.map((one) => [...one].length));
    const said = fill(words.step, { t: head.T, T: head.T, symbol: "x".repeat(longest) });
    const output = /** @type {HTMLElement} */ (this.#root.querySelector(".rv-step"));
    output.style.flex = head.graph ? `0 0 ${Math.min(21, 0.52 * said.length + 0.5)}em` : "";
    this.#put(".rv-speed span", words.speed);
    const options = SPEEDS.map((speed) => new Option(`${speed}×`, String(speed), false, speed === state.now.speed));
    const menu = this.#root.querySelector(".rv-speed select");
    menu?.replaceChildren(...options);
    menu?.setAttribute("aria-label", words.speed); // its word has no room everywhere
  }

  /** The scrubber stands in the bar of a tree; elsewhere the timeline is the scrubber. @param {boolean} here */
  #hold(here) {
    const [scrubber, output, timeline] = [".rv-scrubber", ".rv-step", ".rv-timeline"].map((part) =>
      this.#root.querySelector(part),
    );
    const before = here ? output : timeline;
    if (scrubber && before && before.previousElementSibling !== scrubber) before.before(scrubber);
  }

  /** @param {Scene} scene */
  draw(scene) {
    const { t, words } = scene;
    const { T } = scene.head;
    const { film } = scene.head;
    const waits = film ? words.did_begin : words.start;
    const said = fill(scene.begun ? words.step : waits, { t, T, symbol: scene.labelOf(t) });
    this.#range.value = String(t);
    this.#range.setAttribute("aria-valuetext", said);
    this.#put(".rv-step", said);
    const off = {
      first: t === scene.first && !scene.part,
      back: !scene.begun,
      forward: scene.atEnd,
      last: scene.atEnd,
    };
    for (const [what, disabled] of Object.entries(off)) {
      const button = this.#button(/** @type {Action} */ (what));
      if (button) button.disabled = disabled;
    }
    const { slow } = scene.state.now;
    this.#button("slow")?.setAttribute("aria-pressed", String(slow));
    const skip = this.#button("skip");
    if (skip) skip.hidden = !slow;
  }

  /**
   * Whether it plays.
   * @param {boolean} playing
   * @param {Record<string, string>} words
   */
  playing(playing, words) {
    this.#root.classList.toggle("rv-playing", playing);
    const button = this.#button("play");
    const name = playing ? words.pause : words.play;
    button?.setAttribute("aria-label", name);
    if (button) button.title = name;
  }
}
