// One step as an event: which numbers travel from where to where, and what every tile shows at a time of the score.

import { isResult } from "../drawing/layout.js";
import { elementwise } from "../expression.js";
import { cellsOf, onStage } from "./flight.js";
import { cubicOut, ofRow, progress, score } from "./score.js";

/** @import { Expression, Product, SignalRead, Source } from "../types.js" */
/** @import { Page, Tile } from "../drawing/layout.js" */
/** @import { Point } from "../drawing/pen.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Box, Flight } from "./flight.js" */
/** @import { Score, Track } from "./score.js" */

/** The numbers of a signal at a step on the timeline, or in a tree. @typedef {Box & { name: string, k: number }} Spot */
/**
 * Where everything stands, in pixels of the player.
 * @typedef {object} Places
 * @property {Page} page
 * @property {Point} stage the corner of the stage
 * @property {Spot[]} spots
 * @property {number} size of a printed number on the stage, 0 where none is printed
 */
/** What a tile shows: numbers (NaN where there is none yet) and how much they are there. @typedef {{ alpha: number, value: (r: number, c: number) => number }} Face */

const LARGE = 64; // cells of a column that still travels as one

export class Event {
  /**
   * @param {Scene} scene at the step that is reached
   * @param {number} from the step before
   * @param {Places} places
   */
  constructor(scene, from, places) {
    this.scene = scene;
    /** The same run at the step before. */
    this.past = scene.at(from);
    this.places = places;
    this.score = score(scene.head.stage.blocks);
    /** @type {Map<Tile, Track>} when what a tile reads arrives */
    this.arrivals = new Map();
    /** @type {Map<string, Tile>} the result of each equation */
    this.results = new Map(
      places.page.tiles.flatMap((tile) =>
        isResult(tile) ? [/** @type {[string, Tile]} */ ([tile.block.name, tile])] : [],
      ),
    );
    /** @type {Flight[]} */
    this.flights = [];
    for (const tile of places.page.tiles) this.#bring(tile);
    this.#land();
  }

  /** @param {string} name @param {number | null} k */
  #spot(name, k) {
    const { spots } = this.places;
    const found = spots.find((spot) => spot.name === name && spot.k === k);
    // A tree shows one signal: all that a node has or reads stands there.
    return found ?? (this.scene.head.graph ? spots.find((spot) => spot.k === k) : undefined);
  }

  /** What a tile reads has to come from somewhere. @param {Tile} tile */
  #bring(tile) {
    const { source } = tile;
    if (source[0] !== "signal" || this.#isResult(tile)) return;
    const { scene, score: times } = this;
    const [, name, shift] = source;
    const computed = scene.blocks.has(name) && shift === 0;
    const act = times.acts.get(tile.block.name);
    const given = !scene.blocks.has(name);
    const track = computed ? (act?.bring ?? times.carry) : given ? times.input : times.carry;
    this.arrivals.set(tile, track);
    const at = scene.numbers.step(scene.t, shift);
    const result = computed || shift === -scene.by ? this.results.get(name) : undefined;
    const spot = this.#spot(name, at);
    const origin = given || !result ? spot : onStage(this.places, result);
    if (!origin) return;
    const n = scene.numbers.length(name);
    if (n > LARGE) return;
    const numbers = Array.from({ length: n }, (_, i) => scene.cell(tile, tile.lying ? 0 : i, tile.lying ? i : 0));
    if (numbers.every(Number.isNaN)) return;
    const loop = this.places.page.loops.find(({ to }) => to === tile);
    const to = onStage(this.places, tile);
    /** @type {Point[]} */
    const way = [];
    if (loop && result && !given) {
      const low = this.places.stage[1] + loop.low;
      way.push([origin.x + origin.width / 2, low], [to.x + to.width / 2, low]);
    } else if (given || !result) {
      // Sideways in the corridor below the timeline, then straight down.
      const lane = Math.max(origin.y + origin.height + 14, Math.min(to.y - 30, this.places.stage[1] + 4));
      way.push([origin.x + origin.width / 2, lane], [to.x + to.width / 2, lane]);
    }
    this.flights.push({
      ...{
        track,
        way,
        numbers,
        texts: numbers.map((v) => scene.written(source, v)),
        scale: scene.scale(source),
        size: this.places.size,
      },
      from: cellsOf(origin, n, Boolean(result && !given && result.lying)),
      to: cellsOf(to, n, tile.lying),
      shrink: loop ? 0.6 : 0.75,
      stays: false,
    });
  }

  /** Results go up to the timeline. */
  #land() {
    const { scene, score: times } = this;
    for (const [name, { land }] of times.acts) {
      const spot = this.places.spots.find((one) => one.name === name && one.k === scene.t);
      const result = this.results.get(name);
      if (!spot || !result || !scene.known(name, scene.t)) continue;
      const n = scene.numbers.length(name);
      const numbers = Array.from({ length: n }, (_, i) => scene.numbers.signal(name, scene.t, i));
      this.flights.push({
        ...{ track: land, way: [], numbers, texts: [], scale: scene.scale(["signal", name, 0]), size: 0 },
        from: cellsOf(onStage(this.places, result), n, result.lying),
        to: cellsOf(spot, n),
        shrink: 0.9,
        stays: true,
      });
    }
  }

  /**
   * What a tile shows at a time; null for what never changes in a step.
   * @param {Tile} tile
   * @param {number} time
   * @returns {Face | null}
   */
  face(tile, time) {
    const { source, block } = tile;
    const { scene, score: times } = this;
    if (source[0] === "weight" || source[0] === "vector") return null;
    const leaving = progress(times.fade, time);
    const now = (/** @type {number} */ r, /** @type {number} */ c) => scene.cell(tile, r, c);
    const act = times.acts.get(block.name);
    const fading = { alpha: 1 - leaving, value: this.#before(tile) };
    if (act && this.#isResult(tile)) {
      const grown = progress(act.grow, time);
      if (grown >= 1) return { alpha: 1, value: now };
      if (grown <= 0) return fading;
      return { alpha: 1, value: (r, c) => this.#growing(tile, r, c, grown) };
    }
    // A term is there once its parts are.
    const track = this.arrivals.get(tile) ?? (act ? [act.bring[1], act.grow[0]] : times.carry);
    return progress(track, time) >= 1 ? { alpha: 1, value: now } : fading;
  }

  /** @param {Tile} tile */
  #isResult(tile) {
    return this.results.get(tile.block.name) === tile;
  }

  /** What a tile showed at the step before. @param {Tile} tile @returns {Face["value"]} */
  #before(tile) {
    return (r, c) => this.past.cell(tile, r, c);
  }

  /**
   * A result on its way: what the function makes of a part of its argument, so that each number on the way is one that
   * it can be.
   * @param {Tile} tile
   * @param {number} r
   * @param {number} c
   * @param {number} grown
   */
  #growing({ block, lying, h, w }, r, c, grown) {
    const { scene } = this;
    const i = lying ? c : r;
    const { name } = block;
    const tree = scene.blocks.get(name)?.tree;
    // The numbers of a softmax belong together: they add up to 1 in every frame.
    const alone = tree?.[0] !== "call" || elementwise(tree);
    const p = cubicOut(alone ? ofRow(grown, i, lying ? w : h) : grown);
    if (p <= 0) return Number.NaN;
    const end = scene.known(name, scene.t) ? scene.numbers.signal(name, scene.t, i) : Number.NaN;
    if (p >= 1 || !Number.isFinite(end) || scene.heldAt(name, scene.t, i)) return end;
    return tree?.[0] === "call" ? scene.numbers.value(part(tree, p), i, scene.t) : end * p;
  }

  /**
   * The rows (or the column) of a matrix that are at work at a time: what is lit, as a box of the stage; null where it
   * rests.
   * @param {Tile} tile
   * @param {number} time
   * @returns {Box | null}
   */
  lit(tile, time) {
    const { source, block } = tile;
    if (source[0] !== "weight") return null;
    const act = this.score.acts.get(block.name);
    const done = act ? progress(act.sweep, time) : 0;
    if (done <= 0 || done >= 1) return null;
    const { wide, high } = this.places.page;
    const column = this.#active(source[1], block.name);
    if (column !== null) return { x: tile.x + column * wide, y: tile.y, width: wide, height: tile.height };
    const row = Math.min(tile.h - 1, Math.floor(done * tile.h));
    return { x: tile.x, y: tile.y + row * high, width: tile.width, height: high };
  }

  /**
   * The only column of a matrix that counts, where what it reads is one 1 among zeros; null where all do.
   * @param {string} weight
   * @param {string} name
   */
  #active(weight, name) {
    const { scene } = this;
    const tree = scene.blocks.get(name)?.tree;
    const product = tree && productsOf(tree).find((one) => one[1] === weight);
    if (!product) return null;
    const operand = product[2];
    if (operand[0] !== "signal" || !given(scene, operand)) return null;
    const numbers = Array.from({ length: scene.numbers.length(operand[1]) }, (_, j) =>
      scene.numbers.value(operand, j, scene.t),
    );
    const ones = numbers.flatMap((v, j) => (v === 0 ? [] : [j]));
    return ones.length === 1 && numbers[ones[0]] === 1 && numbers.length > 1 ? ones[0] : null;
  }
}

/** @param {Scene} scene @param {SignalRead} operand */
const given = (scene, [, name]) => !scene.blocks.has(name) || name === "x";

/**
 * A call with a part of its operand.
 * @param {Expression} call
 * @param {number} p
 * @returns {Expression}
 */
const part = ([, name, operand], p) => /** @type {Expression} */ (["call", name, ["times", ["number", p], operand]]);

/**
 * All products in an expression.
 * @param {Source} e
 * @returns {Product[]}
 */
function productsOf(e) {
  if (e[0] === "product") return [e, ...productsOf(e[2])];
  if (e[0] === "call") return productsOf(e[2]);
  return e[0] === "sum" || e[0] === "times" ? /** @type {Expression[]} */ (e.slice(1)).flatMap(productsOf) : [];
}
