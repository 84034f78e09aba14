// Moving through time: step by step, in parts of a step, by itself.

/** @import { Choices } from "./types.js" */
/** @import { Action } from "./panels/bar.js" */
/** @import { Scene } from "./scene.js" */
/** @import { State } from "./state.js" */

const PAUSE = { step: 2000, part: 1600 }; // ms between two of them while it plays
const TAKEN =
  "input:not([type=checkbox], .rv-scrubber *), textarea, select, [contenteditable], [role=radio], [role=slider], [role=tab], " +
  "[role=listbox], [role=option], [role=grid], [role=combobox], [role=menu], [role=toolbar]";
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
/** More of them while it goes slowly. @type {Record<string, Action>} */
const SLOW_KEYS = { ArrowDown: "skip", ArrowUp: "unskip" };

/**
 * What a key asks for, where nothing else takes it.
 * @param {KeyboardEvent} event
 * @param {boolean} slow whether it goes slowly
 * @returns {Action | null}
 */
export function actionOf(event, slow) {
  const { ctrlKey, altKey, metaKey, shiftKey, defaultPrevented, key } = event;
  if (ctrlKey || altKey || metaKey || shiftKey || defaultPrevented) return null;
  const target = /** @type {Element} */ (event.composedPath()[0]);
  if (target.closest?.(TAKEN)) return null;
  if (key === " " && target.closest?.("button, a, summary, [role=button], input")) return null;
  return KEYS[key] ?? (slow ? SLOW_KEYS[key] : null) ?? null;
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
        return this.go(scene.first);
      case "last":
        return this.go(scene.last);
      case "back":
        return this.#move(-1);
      case "forward":
        return this.#move(1, quickly);
      case "play":
        return this.playing ? this.pause() : this.play();
      case "slow":
        return this.#setSlow(scene, !this.#state.now.slow);
      case "skip":
        return this.#skip(scene, 1);
      case "unskip":
        return this.#skip(scene, -1);
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
    const next = (/** @type {number} */ t) => t + by * scene.by;
    if (!now.slow) return this.go(next(now.t), undefined, by > 0 && !quickly ? "step" : "jump");
    let { t } = now;
    let all = scene.parts.length;
    let part = (now.part ?? all) + by;
    if (part > all && t !== scene.last) [t, part] = [next(t), 1];
    if (part < 1 && t !== scene.start) [t, part] = [next(t), Infinity];
    all = scene.partsAt(t).length;
    if (t === scene.start) part = all;
    this.go(t, Math.max(0, Math.min(all, part)), by > 0 && !quickly ? "step" : "jump");
  }

  /**
   * In slow motion to the beginning of the next equation, or of the one before.
   * @param {Scene} scene
   * @param {1 | -1} by
   */
  #skip(scene, by) {
    const { now } = this.#state;
    if (!now.slow) return;
    const parts = (/** @type {number} */ t) => scene.partsAt(t);
    const inside = (/** @type {number} */ t) => t >= 1 && t <= scene.head.T;
    let { t } = now;
    let part = now.part ?? parts(t).length;
    do {
      part += by;
      if (part > parts(t).length) [t, part] = [t + scene.by, 1];
      if (part < 1) [t, part] = [t - scene.by, parts(t - scene.by).length];
    } while (inside(t) && part > 1 && parts(t)[part - 1].block === parts(t)[part - 2].block);
    if (t === scene.last + scene.by) [t, part] = [scene.last, parts(scene.last).length];
    this.go(t, part);
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
    const next = scene.clamp(t);
    const parts = scene.partsAt(next);
    const done = now.slow ? (part ?? parts.length) : null;
    const under = now.slow && next !== scene.start && done ? parts[done - 1] : null;
    /** @type {Partial<Choices>} */
    const choice = { t: next, moved, part: done, focus: under ? under.block.name : now.focus };
    if (next !== now.t) choice.direction = (next > now.t ? 1 : -1) === scene.by ? 1 : -1;
    this.#state.set(choice);
    if (this.playing && scene.atEnd) this.pause();
  }

  /**
   * @param {Scene} scene
   * @param {boolean} slow
   */
  #setSlow(scene, slow) {
    // It begins with something to see: at the start with the first step.
    const t = slow && !scene.begun ? scene.first : this.#state.now.t;
    const focus = slow ? scene.partsAt(t)[0].block.name : scene.head.stage.focus;
    this.#state.set({ t, slow, part: slow ? 1 : null, focus, moved: "jump" });
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
    if (scene.atEnd) this.go(slow ? scene.start : scene.first);
    this.#playing = setInterval(() => this.#move(1), (slow ? PAUSE.part : PAUSE.step) / speed);
    this.#around.playing(true);
  }

  pause() {
    clearInterval(this.#playing);
    this.#playing = undefined;
    this.#around.playing(false);
  }
}
