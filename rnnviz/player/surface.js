// What may be asked of a player from outside: by tests, and by whoever puts it on a page of their own.

import { fontSize } from "./drawing/cells.js";
import { lit } from "./panels/subject.js";

/** @import { Expression, View } from "./types.js" */
/** @import { Player } from "./player.js" */

export class Surface {
  #player;

  /** @param {Player} player */
  constructor(player) {
    this.#player = player;
  }

  /** What its reader chose; it may be set. */
  get state() {
    return this.#player.state;
  }

  /** The header of the picture, or null before the first. */
  get payload() {
    return this.#player.scene?.head ?? null;
  }

  get playing() {
    return this.#player.time.playing;
  }

  /** A step that is moving, or null: how many pictures it has had, how long it takes at speed 1, and where its columns end, in pixels of the player. */
  get motion() {
    const { event, drawn } = this.#player.motion;
    if (!event) return null;
    const flights = event.flights.map(({ track, to, numbers, stays }) => ({ track, to, numbers, stays }));
    return { drawn, length: event.score.length, flights };
  }

  /** Hold every motion at a time of its score, or (null) let it go. @param {number | null} time */
  freeze(time) {
    this.#player.motion.freeze(time);
  }

  /** How many parts a step has in slow motion. */
  get parts() {
    return this.#player.scene?.parts.length ?? 0;
  }

  /** The part that is under way: its equation, what of it, and whether its result is there with it. */
  get part() {
    const part = this.#player.scene?.part;
    return part ? { block: part.block.name, part: part.part, last: part.last } : null;
  }

  /** How many pixels a cell of the stage is wide and high. */
  get cell() {
    const { page } = this.#player.stage;
    return { wide: page?.wide ?? 0, high: page?.high ?? 0 };
  }

  /** How large the numbers on the stage are, in pixels; 0 where none are printed. */
  get number() {
    const { scene, stage } = this.#player;
    return scene && stage.page ? fontSize(scene, stage.page) : 0;
  }

  /** Every tile of the stage: where it stands, what it shows, its numbers now (null where there is none). */
  get tiles() {
    const { scene, stage } = this.#player;
    if (!scene || !stage.page) return [];
    return stage.page.tiles.map((tile) => {
      const { role, block, source, nth, lying, x, y, width, height, h, w } = tile;
      const number = (/** @type {number} */ r, /** @type {number} */ c) => {
        const v = scene.cell(tile, r, c);
        return Number.isNaN(v) ? null : v;
      };
      const cells = Array.from({ length: h }, (_, r) => Array.from({ length: w }, (__, c) => number(r, c)));
      return { role, block: block.name, source, nth, lying, x, y, width, height, cells };
    });
  }

  /** Where the columns and bands of the timeline stand, or the nodes of a tree. */
  get plan() {
    return this.#player.timeline.plan;
  }

  /** Where the numbers of each step, or node, stand. */
  get boxes() {
    const { scene, timeline } = this.#player;
    return scene ? timeline.shown(scene) : [];
  }

  /** The numbers that light up for the chosen one: source as JSON, and rows (null for all). */
  get lit() {
    const { scene } = this.#player;
    return scene ? [...lit(scene)].map(([source, rows]) => [source, rows && [...rows].sort((a, b) => a - b)]) : [];
  }

  /** @param {number} t */
  go(t) {
    this.#player.time.go(t);
  }

  /**
   * Ask row i of a signal at step t, as a click on the timeline does.
   * @param {string} name
   * @param {number} i
   * @param {number} t
   */
  ask(name, i, t) {
    this.#player.asked(name, i, t);
  }

  /**
   * Row i of a signal at step t, as it is shown, or in a view of the reader's changes.
   * @param {string} name
   * @param {number} t
   * @param {number} i
   * @param {View} [view]
   */
  signal(name, t, i, view) {
    const numbers = this.#player.scene?.numbers;
    return view ? numbers?.as(view, () => numbers.signal(name, t, i)) : numbers?.signal(name, t, i);
  }

  /**
   * @param {string} name
   * @param {number} i
   * @param {number} j
   * @param {number} t
   */
  weight(name, i, j, t) {
    return this.#player.scene?.numbers.weight(name, i, j, t);
  }

  /**
   * Row i of an expression at step t.
   * @param {Expression} e
   * @param {number} i
   * @param {number} t
   */
  value(e, i, t) {
    return this.#player.scene?.numbers.value(e, i, t);
  }

  /**
   * Whether a signal is known at step t.
   * @param {string} name
   * @param {number} t
   */
  known(name, t) {
    return this.#player.scene?.known(name, t) ?? false;
  }

  /** The symbol with the largest probability at step t. @param {number} t */
  choice(t) {
    return this.#player.scene?.choice(t) ?? null;
  }
}
