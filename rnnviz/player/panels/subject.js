// What is asked: the equation behind a chosen number, where its weights are used, and which numbers made it.

import { alike, elementwise, parts, signalsOf, unsigned } from "../expression.js";

/** @import { Block, Expression, Pick, Source } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Lit } from "../drawing/look.js" */

/**
 * How it stands with a number: computed now, or why it has no equation to show.
 * @typedef {"weight" | "computed" | "unknown" | "none" | "held" | "ripple" | "outside" | "initial" | "final" | "given" |
 *   "absent" | "unread" | "noise" | "forward"} Standing
 */
/**
 * The equation behind a number, as it reads at `at`, the number's own step.
 * @typedef {object} About
 * @property {Source[0]} kind of source
 * @property {string} name of the weight or signal, "" of another value
 * @property {number} i
 * @property {number} j
 * @property {number} at
 * @property {Expression | null} e
 * @property {Standing} state
 */
/** A number to go to, at a step of the player. @typedef {Pick & { t: number }} Goal */
/**
 * Where a weight is used: its product (or the vector itself), what that is a part of, and in which block; `direct` where
 * nothing but sums and functions lie between it and the block's result.
 * @typedef {{ e: Expression, block: Block, target: Expression, direct: boolean }} Use
 */

/**
 * The number that an expression has at step t, as a place to go to: the step shown, and the choice there.
 * @param {Scene} scene
 * @param {Source} e
 * @param {number} i
 * @param {number} t
 * @returns {Goal}
 */
export function goal({ numbers, head }, e, i, t, j = 0) {
  if (e[0] !== "signal") return { source: e, i, j, t };
  const at = numbers.step(t, e[2]);
  if (at === null) return { source: e, i, j, t }; // a neighbour that there is not has no step to go to
  const step = Math.max(head.film ? 1 : 0, Math.min(head.film ? head.T + 1 : head.T, at));
  return { source: ["signal", e[1], at - step], i, j, t: step };
}

/**
 * Whether every signal in an expression is known where step t reads it.
 * @param {Scene} scene
 * @param {Source} e
 * @param {number} t
 */
export const reads = (scene, e, t) =>
  signalsOf(e).every(([, name, shift]) => scene.known(name, scene.numbers.step(t, shift)));

/**
 * Whether all that an expression reads is known, and in slow motion the expression itself.
 * @param {Scene} scene
 * @param {Expression} e
 * @param {number} i
 * @param {number} t
 */
export function knows(scene, e, i, t) {
  if (t < 1 || t > scene.head.T || !reads(scene, e, t)) return false;
  const working = scene.part?.block.working;
  if (!working) return true;
  const tiles = working.wide.flatMap((line) => line.tiles);
  const place = tiles.findIndex((tile) => alike(tile[4], e));
  return place < 0 || scene.worked(place, i);
}

/**
 * The equation behind the chosen number.
 * @param {Scene} scene
 * @param {Pick} pick
 * @returns {About}
 */
export function subject(scene, { source, i, j }) {
  const [kind] = source;
  if (source[0] === "weight" || source[0] === "vector") {
    return { kind, name: source[1], i, j, at: scene.t, e: null, state: "weight" };
  }
  if (source[0] !== "signal") {
    return {
      kind,
      name: "",
      i,
      j,
      at: scene.t,
      e: source,
      state: knows(scene, source, i, scene.t) ? "computed" : "unknown",
    };
  }
  const [, name, shift] = source;
  const at = scene.numbers.step(scene.t, shift);
  if (at === null) return { kind, name, i, j, at: scene.t, e: null, state: "none" };
  const inside = at >= 1 && at <= scene.head.T;
  const made = inside && (name !== "x" || scene.head.timeline.fed[at - 1]) ? scene.blocks.get(name) : undefined;
  const held = scene.heldAt(name, at, i) && scene.numbers.view !== "before";
  const e = made && !held ? made.tree : null;
  return { kind, name, i, j, at, e, state: standing(scene, name, at, e !== null, held) };
}

/**
 * @param {Scene} scene
 * @param {string} name
 * @param {number} at
 * @param {boolean} made
 * @param {boolean} held
 * @returns {Standing}
 */
function standing(scene, name, at, made, held) {
  const { T, timeline, ripple, stage, film } = scene.head;
  const { gives, reads: read, fed } = timeline;
  if (ripple?.name === name) return "ripple";
  if (at < 1 || at > T) {
    if (name === "x") return "outside";
    return !scene.exists(name, at) ? "none" : at < 1 ? "initial" : "final";
  }
  if (film && !scene.blocks.has(name)) return "forward";
  if (name === "x" && !fed[at - 1]) return gives[at - 1] ? "given" : "absent";
  if ((name === "y" || name === stage.share) && !read[at - 1]) return "unread";
  if (!scene.known(name, at)) return "unknown";
  return held ? "held" : made ? "computed" : "noise";
}

/**
 * Whether one number of an expression is made of all numbers of its parts.
 * @param {Expression} e
 */
const mixes = (e) => e[0] === "product" || (e[0] === "call" && !elementwise(e));

/**
 * Every place where a weight is used at the present step.
 * @param {Scene} scene
 * @param {string} name
 */
export function uses(scene, name) {
  /** @type {Use[]} */
  const found = [];
  const { fed, reads: read } = scene.head.timeline;
  /** @type {(e: Expression, block: Block, target: Expression | null, direct: boolean) => void} */
  const search = (e, block, target, direct) => {
    const mine = (e[0] === "product" || e[0] === "vector") && e[1] === name;
    if (mine) found.push({ e, block, target: target ?? e, direct });
    const through = direct && (e[0] === "sum" || elementwise(e) || unsigned(e)[0]);
    for (const part of parts(e)) {
      const sum = e[0] === "sum" ? e : part[0] === "sum" ? part : null;
      search(part, block, through ? target : sum, through);
    }
  };
  for (const block of scene.blocks.values()) {
    const output = block.name === "y" || block.name === scene.head.stage.share;
    const needed = block.name === "x" ? fed[scene.t - 1] : !output || read[scene.t - 1];
    if (scene.t >= 1 && needed) search(block.tree, block, ["signal", block.name, 0], true);
  }
  return found;
}

/**
 * Whether an expression stands inside a matrix product or a function of all elements.
 * @param {Expression} e
 * @param {Expression} inner
 * @returns {boolean}
 */
function nested(e, inner, within = false) {
  if (alike(e, inner)) return within;
  return parts(e).some((part) => nested(part, inner, within || mixes(e)));
}

/**
 * The numbers that made the chosen one (of a weight: those it meets), by the source of their tile.
 * @param {Scene} scene
 * @returns {Lit}
 */
export function lit(scene) {
  /** @type {Lit} */
  const found = new Map();
  const { pick } = scene.state.now;
  if (!pick) return found;
  const about = subject(scene, pick);
  const add = (/** @type {Source} */ source, /** @type {number | null} */ i) => {
    const key = JSON.stringify(source);
    const rows = found.get(key);
    if (i === null || rows === null) found.set(key, null);
    else found.set(key, (rows ?? new Set()).add(i));
  };
  const collect = (/** @type {Expression} */ e, /** @type {number | null} */ i, /** @type {number} */ at) => {
    add(scene.numbers.seen(e, at, scene.t), i);
    if (e[0] === "product" && scene.sameWeights(at, scene.t || null))
      add(e[3] ? ["weight", e[1], true] : ["weight", e[1]], i);
    for (const part of parts(e)) collect(part, mixes(e) ? null : i, at);
  };
  if (about.state !== "weight") {
    if (about.e) collect(about.e, about.i, about.at);
    return found;
  }
  for (const { e, block, target, direct } of uses(scene, about.name)) {
    if (e[0] === "product") collect(e[2], e[3] ? about.i : about.j, scene.t);
    add(target, e[0] === "product" && e[3] ? about.j : about.i);
    if (!direct) add(["signal", block.name, 0], nested(block.tree, target) ? null : about.i);
  }
  return found;
}
