// A pause of slow motion as an event: the vector lies down on the row of its matrix, products gather, a sum goes through
// its function, the other rows follow quickly.

import { alike } from "../expression.js";
import { cellsOf } from "./flight.js";
import { ofRow, progress } from "./score.js";

/** @import { Part } from "../parts.js" */
/** @import { Tile } from "../drawing/layout.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Face, Places } from "./event.js" */
/** @import { Box, Flight } from "./flight.js" */
/** @import { Track } from "./score.js" */

const LENGTH = { product: 1200, sum: 500, result: 500, rows: 600, whole: 700 };
const LARGE = 24; // products that still travel

export class Pause {
  /**
   * @param {Scene} scene with the pause that is reached
   * @param {Part} part the same
   * @param {Places} places
   */
  constructor(scene, part, places) {
    this.scene = scene;
    this.places = places;
    this.part = part;
    const length = LENGTH[part.part];
    /** @type {Track} */
    const never = [Infinity, Infinity];
    this.score = { length, frame: never, choice: never };
    const own = places.page.tiles.filter(({ block, role }) => block.name === part.block.name && role !== "folded");
    const working = own.filter(({ role }) => role === "working");
    this.result = own.find((tile) => tile.role === "equation" && alike(tile.source, ["signal", part.block.name, 0]));
    this.working = working;
    /** @type {Flight[]} */
    this.flights = [];
    const { worked, product } = part;
    const goal = working[worked.at(-1) ?? -1] ?? this.result;
    if (part.part === "product" && product && goal) {
      const matrix = own.find(({ source, lying }) => source[0] === "weight" && source[1] === product[1] && !lying);
      const operand = own.find(({ source, role }) => role === "equation" && alike(source, product[2]));
      const made = scene.numbers.products(product, 0, scene.t);
      if (!matrix || made.length > LARGE || product[3]) return;
      const row = cellsOf(this.#row(matrix), made.length, true);
      const [operands, values] = [made.map((one) => one.operand), made.map((one) => one.value)];
      const to = made.map(() => this.#row(goal));
      if (operand)
        this.#fly([0, 0.42], cellsOf(this.#onStage(operand), made.length, operand.lying), row, operands, operand);
      this.#fly([0.42, 0.62], row, row, values, matrix);
      this.#fly([0.62, 0.98], row, to, values, matrix);
    } else if (part.part === "sum" && goal) {
      const terms = working.filter((tile) => tile !== goal);
      this.#fly(
        [0, 0.95],
        terms.map((tile) => this.#row(tile)),
        terms.map(() => this.#row(goal)),
        terms.map((tile) => scene.numbers.value(/** @type {any} */ (tile.source), 0, scene.t)),
        goal,
      );
    } else if (part.part === "result" && goal && this.result && goal !== this.result) {
      const all = scene.blocks.get(part.block.name)?.working?.sum ? [goal] : working;
      this.#fly(
        [0, 0.95],
        all.map((tile) => this.#row(tile)),
        all.map(() => this.#row(/** @type {Tile} */ (this.result))),
        all.map((tile) => scene.numbers.value(/** @type {any} */ (tile.source), 0, scene.t)),
        goal,
      );
    }
  }

  /** In pixels of the player. @param {Box} box @returns {Box} */
  #onStage({ x, y, width, height }) {
    const [left, top] = this.places.stage;
    return { x: x + left, y: y + top, width, height };
  }

  /** The first row of a tile. @param {Tile} tile */
  #row(tile) {
    const { wide, high } = this.places.page;
    return this.#onStage(tile.lying ? { ...tile, width: wide } : { ...tile, height: high });
  }

  /**
   * @param {Track} when as a share of all
   * @param {Box[]} from
   * @param {Box[]} to
   * @param {number[]} numbers
   * @param {Tile} like whose colours they have
   */
  #fly([start, end], from, to, numbers, like) {
    if (!from.length || numbers.some(Number.isNaN)) return;
    const { length } = this.score;
    this.flights.push({
      ...{ track: [start * length, end * length], from, to, way: [], numbers, scale: this.scene.scale(like.source) },
      ...{
        size: this.places.size,
        whole: like.source[1] === "x",
        digits: this.scene.head.sizes.digits,
        shrink: 1,
        stays: false,
      },
    });
  }

  /**
   * The rows that have come about at a time, where they follow each other.
   * @param {Tile} tile
   * @param {number} time
   * @returns {Face | null}
   */
  face(tile, time) {
    const { part } = this.part;
    if ((part !== "rows" && part !== "whole") || (tile !== this.result && !this.working.includes(tile))) return null;
    const done = progress([0, this.score.length], time);
    const n = tile.lying ? tile.w : tile.h;
    const there = (/** @type {number} */ i) => ofRow(done, i, n) > 0.5 || (part === "rows" && i === 0);
    return { alpha: 1, value: (r, c) => (there(tile.lying ? c : r) ? this.scene.cell(tile, r, c) : Number.NaN) };
  }

  lit() {
    return null;
  }
}
