// What the reader of a player chose: one record, which can be written as JSON and set from outside. Others subscribe.

/** @import { Choices } from "./types.js" */

/** @type {Choices} */
const FIRST = {
  t: 1,
  direction: 1,
  moved: "jump",
  part: null,
  focus: null,
  pick: null,
  view: "after",
  level: "box",
  slow: false,
  speed: 1,
  unrolled: false,
  untied: false,
  lit: null,
  litAt: null,
};

export class State {
  /** @type {Readonly<Choices>} */
  #now;
  /** @type {Set<(changed: Set<keyof Choices>) => void>} */
  #listeners = new Set();

  /** @param {Partial<Choices>} choices */
  constructor(choices = {}) {
    this.#now = Object.freeze({ ...FIRST, ...choices });
  }

  /** The present record. */
  get now() {
    return this.#now;
  }

  /**
   * Choose; listeners hear which entries are other now, and nothing where none is.
   * @param {Partial<Choices>} choices
   */
  set(choices) {
    const names = /** @type {(keyof Choices)[]} */ (Object.keys(choices));
    const changed = new Set(names.filter((name) => choices[name] !== this.#now[name]));
    if (!changed.size) return;
    this.#now = Object.freeze({ ...this.#now, ...choices });
    for (const listener of this.#listeners) listener(changed);
  }

  /**
   * Hear of every change; returns what ends that.
   * @param {(changed: Set<keyof Choices>) => void} listener
   */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  toJSON() {
    return this.#now;
  }
}
