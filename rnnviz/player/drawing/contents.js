// What stands where on the stage: rows of equations and results, in the way that is read best in the room there is.

import { levels } from "../motion/score.js";
import { NUMBER, numberIn } from "./layout.js";

/** @import { BlackBox, Block, Line, Sizes } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Flowed, LineBlock, Role, RoleLine, Row } from "./layout.js" */

/** @typedef {"wide" | "narrow"} Form */

/**
 * The first way in which numbers are large, else can be read, without scrolling; where there is none, the lowest one
 * with such numbers.
 * @param {(height: number) => Flowed[]} ways all of them in a height
 * @param {number} height
 * @param {[number, number]} least pixels of a number, as it should be, and as it may be at least
 * @param {Sizes} sizes
 * @returns {Flowed}
 */
export function easiest(ways, height, [good, least], sizes) {
  const inside = ways(height);
  const sized = (/** @type {number} */ size) => inside.find((one) => numberIn(one.wide, one.high, sizes) >= size);
  const first = sized(good);
  const large = first?.parts.some(({ below }) => below) ? undefined : first; // not at the price of what is below
  const fits = large ?? sized(least);
  const high = (large ? good : least) / NUMBER;
  if (fits) {
    const rows = fits.parts.reduce((sum, part) => sum + part.rows, 0);
    const fixed = fits.parts.reduce((sum, part) => sum + part.fixed, 8);
    // What stands below is seen as far as numbers stay readable.
    return { ...fits, high: Math.min(fits.high, Math.max(high, (height - fixed) / rows)) };
  }
  const wide = ways(1e5).filter((one) => numberIn(one.wide, high, sizes) >= least);
  if (!wide.length) return inside.reduce((best, one) => (one.high > best.high + 0.5 ? one : best));
  const tall = (/** @type {Flowed} */ { parts }) => parts.reduce((sum, part) => sum + part.fixed + part.rows * high, 0);
  return { ...wide.reduce((best, one) => (tall(one) < tall(best) ? one : best)), high };
}

/**
 * What stands where: the line that carries the state, with the results that are made of it; on a shelf those that it is
 * made of; then the equation that is open, in a strip that has room for any; in slow motion, how its result comes about.
 * There are several ways, from the one that is best to be read to the one that needs the least room.
 * @param {Scene} scene
 * @param {Form} form
 * @returns {Row[][]}
 */
export function contents(scene, form) {
  const { head, level } = scene;
  const { slow } = scene.state.now;
  const { blocks, belt, share } = head.stage;
  if (level === "box" && head.network) {
    return [[{ blocks: head.network.black.map((block) => lined(block, block[form], "equation", false, share)) }]];
  }
  const full = (/** @type {Block} */ block) => lined(block, block[form], "equation", true, share);
  const folded = (/** @type {Block} */ block) => lined(block, block.folded, "folded", false, share);
  const work = (/** @type {Block} */ block) =>
    block.working ? [lined(block, block.working[form], "working", false, share)] : [];
  const order = levels(blocks);
  const state = /** @type {Block} */ (scene.blocks.get(belt.name));
  const own = order.get(belt.name) ?? 0;
  const others = blocks.filter((block) => block.name !== belt.name);
  const after = others.filter((block) => (order.get(block.name) ?? 0) > own);
  const before = others.filter((block) => !after.includes(block));
  const focus = scene.state.now.focus ?? "";
  const open = others.find((block) => block.name === focus) ?? others.find((block) => block.name === head.stage.focus);
  const carrying = lined(state, belt[form] ?? state[form], "equation", true, share);
  const [made, makes] = [after.map(folded), before.map(folded)];
  const strip = slow
    ? paused(scene, full, work)
    : open
      ? [{ blocks: [full(open)], reserve: others.map((one) => [full(one)]) }]
      : [];
  const shelf = makes.length ? [{ blocks: makes }] : [];
  const together = [{ blocks: [carrying, ...makes, ...made] }];
  return [
    [{ blocks: [carrying, ...made] }, ...shelf, ...strip],
    [...together, ...strip],
    [...together, ...strip.map((row) => ({ ...row, below: !slow }))],
  ];
}

/**
 * In slow motion the strip has the equation that is under way, if it is not the line of the state, and beside it what is
 * worked out: each with the room for any.
 * @param {Scene} scene
 * @param {(block: Block) => LineBlock} full
 * @param {(block: Block) => LineBlock[]} work
 * @returns {Row[]}
 */
function paused({ head, part }, full, work) {
  const { blocks, belt } = head.stage;
  const of = (/** @type {Block} */ block) => [...(block.name === belt.name ? [] : [full(block)]), ...work(block)];
  return [{ blocks: part ? of(part.block) : [], reserve: blocks.map(of) }];
}

/**
 * Lines with what they are.
 * @param {Block | BlackBox} block
 * @param {Line[]} lines
 * @param {Role} role
 * @param {boolean} full
 * @param {string | null} share
 * @returns {LineBlock}
 */
function lined({ name }, lines, role, full, share) {
  const isShare = (/** @type {Line} */ line) =>
    line.tiles.some(([, , , , source]) => source[0] === "signal" && source[1] === share && source[2] === 0);
  const foot = (/** @type {Line} */ line) => Boolean(share) && name === share && role !== "working" && isShare(line);
  /** @type {RoleLine[]} */
  const made = lines.map((line, k) => ({ ...line, role, full, foot: foot(line), loop: k === 0 && full }));
  return { name, lines: made };
}
