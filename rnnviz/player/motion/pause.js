// A pause of slow motion as an event: the vector lies down on the row of its matrix, products gather, a sum goes through
// its function, the other rows follow quickly.

import { isResult, rowOf } from "../drawing/layout.js";
import { alike } from "../expression.js";
import { cellsOf, onStage } from "./flight.js";
import { ofRow, progress } from "./score.js";

/** @import { Expression } from "../types.js" */
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
    this.result = own.find(isResult);
    this.working = working;
    /** @type {Flight[]} */
    this.flights = [];
    const { worked, product } = part;
    const goal = working[worked.at(-1) ?? -1] ?? this.result;
    if (part.part === "product" && product && goal) {
      const matrix = own.find(
        ({ source, lying }) =>
          source[0] === "weight" && source[1] === product[1] && Boolean(source[2]) === Boolean(product[3]) && !lying,
      );
      const operand = own.find(({ source, role }) => role === "equation" && alike(source, product[2]));
      const made = scene.numbers.products(product, 0, scene.t);
      if (!matrix || made.length > LARGE) return;
      const row = cellsOf(this.#row(matrix), made.length, true);
      const [operands, values] = [made.map((one) => one.operand), made.map((one) => one.value)];
      const to = made.map(() => this.#row(goal));
      if (operand)
        this.#fly([0, 0.42], cellsOf(onStage(places, operand), made.length, operand.lying), row, operands, operand);
      this.#fly([0.42, 0.62], row, row, values, matrix);
      this.#fly([0.62, 0.98], row, to, values, matrix);
    } else if (part.part === "sum" && goal) {
      this.#gather(
        working.filter((tile) => tile !== goal),
        goal,
        goal,
      );
    } else if (part.part === "result" && goal && this.result && goal !== this.result) {
      this.#gather(part.block.working?.sum ? [goal] : working, this.result, goal);
    }
  }

  /** The first row of a tile. @param {Tile} tile */
  #row(tile) {
    return onStage(this.places, rowOf(this.places.page, tile, 0));
  }

  /**
   * The first rows of tiles go to that of another.
   * @param {Tile[]} from
   * @param {Tile} to
   * @param {Tile} like whose colours they have
   */
  #gather(from, to, like) {
    const { numbers, t } = this.scene;
    this.#fly(
      [0, 0.95],
      from.map((tile) => this.#row(tile)),
      from.map(() => this.#row(to)),
      from.map((tile) => numbers.value(/** @type {Expression} */ (tile.source), 0, t)),
      like,
    );
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
    const texts = numbers.map((v) => this.scene.written(like.source, v));
    this.flights.push({
      ...{ track: [start * length, end * length], from, to, way: [], numbers, texts },
      ...{ scale: this.scene.scale(like.source), size: this.places.size, shrink: 1, stays: false },
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
