// Moving through time: step by step, in parts of a step, by itself.

/** @import { Choices } from "./types.js" */
/** @import { Action } from "./panels/bar.js" */
/** @import { Scene } from "./scene.js" */
/** @import { State } from "./state.js" */

const PAUSE = { step: 2000, part: 1600 }; // ms between two of them while it plays
const TAKEN =
  "input:not([type=checkbox]), textarea, select, [contenteditable], [role=radio], [role=slider], [role=tab], " +
  "[role=listbox], [role=option], [role=grid], [role=combobox], [role=menu]";
/** @type {Record<string, Action>} */
const KEYS = {
  ArrowRight: "forward",
  PageDown: "forward",
  ArrowLeft: "back",
  PageUp: "back",
  Home: "first",
  End: "last",
  " ": "play",
};

/**
 * What a key asks for, where nothing else takes it.
 * @param {KeyboardEvent} event
 * @returns {Action | null}
 */
export function actionOf(event) {
  const { ctrlKey, altKey, metaKey, shiftKey, defaultPrevented, key } = event;
  if (ctrlKey || altKey || metaKey || shiftKey || defaultPrevented) return null;
  const target = /** @type {Element} */ (event.composedPath()[0]);
  if (target.closest?.(TAKEN)) return null;
  if (key === " " && target.closest?.("button, a, summary, [role=button], input")) return null;
  return KEYS[key] ?? null;
}

/**
 * What it needs of the player.
 * @typedef {object} Surroundings
 * @property {() => Scene | null} scene
 * @property {(t: number) => void} lead go to a step, where another player leads
 * @property {(on: boolean) => void} playing it begins or ends to play
 */

export class Time {
  #state;
  #around;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #playing;

  /**
   * @param {State} state
   * @param {Surroundings} around
   */
  constructor(state, around) {
    this.#state = state;
    this.#around = around;
  }

  get playing() {
    return this.#playing !== undefined;
  }

  /**
   * @param {Action} what
   * @param {boolean} [quickly] whether it comes too fast for a step to be seen, as from a key that is held
   */
  do(what, quickly = false) {
    const scene = this.#around.scene();
    if (!scene) return;
    switch (what) {
      case "first":
        return this.go(1);
      case "last":
        return this.go(scene.head.T);
      case "back":
        return this.#move(-1);
      case "forward":
        return this.#move(1, quickly);
      case "play":
        return this.playing ? this.pause() : this.play();
      case "slow":
        return this.#setSlow(scene, !this.#state.now.slow);
    }
  }

  /**
   * One step, or in slow motion one part of a step.
   * @param {1 | -1} by
   * @param {boolean} [quickly]
   */
  #move(by, quickly = false) {
    const scene = this.#around.scene();
    if (!scene) return;
    const { now } = this.#state;
    if (!now.slow) return this.go(now.t + by, undefined, by > 0 && !quickly ? "step" : "jump");
    const all = scene.parts.length;
    let { t } = now;
    let part = (now.part ?? all) + by;
    if (part > all && t < scene.head.T) [t, part] = [t + 1, 1];
    if (part < 1 && t > 0) [t, part] = [t - 1, all];
    if (t === 0) part = all;
    this.go(t, Math.max(0, Math.min(all, part)));
  }

  /**
   * Go to a step, and in slow motion to a part of it: its end, if none is named.
   * @param {number} t
   * @param {number} [part]
   * @param {Choices["moved"]} [moved]
   */
  go(t, part, moved = "jump") {
    const scene = this.#around.scene();
    if (!scene) return;
    if (scene.follows) return this.#around.lead(t);
    const { now } = this.#state;
    const next = Math.max(0, Math.min(scene.head.T, t));
    const done = now.slow ? (part ?? scene.parts.length) : null;
    const under = now.slow && next > 0 && done ? scene.parts[done - 1] : null;
    /** @type {Partial<Choices>} */
    const choice = { t: next, moved, part: done, focus: under ? under.block.name : now.focus };
    if (next !== now.t) choice.direction = next > now.t ? 1 : -1;
    this.#state.set(choice);
    if (this.playing && scene.atEnd) this.pause();
  }

  /**
   * @param {Scene} scene
   * @param {boolean} slow
   */
  #setSlow(scene, slow) {
    const { t } = this.#state.now;
    const first = slow && t > 0;
    const focus = first ? scene.parts[0].block.name : scene.head.stage.focus;
    this.#state.set({ slow, part: first ? 1 : slow ? scene.parts.length : null, focus });
  }

  /** @param {number} speed */
  setSpeed(speed) {
    this.#state.set({ speed });
    if (!this.playing) return;
    this.pause();
    this.play();
  }

  play() {
    const scene = this.#around.scene();
    if (!scene) return;
    const { slow, speed } = this.#state.now;
    if (scene.atEnd) this.go(slow ? 0 : 1);
    this.#playing = setInterval(() => this.#move(1), (slow ? PAUSE.part : PAUSE.step) / speed);
    this.#around.playing(true);
  }

  pause() {
    clearInterval(this.#playing);
    this.#playing = undefined;
    this.#around.playing(false);
  }
}
