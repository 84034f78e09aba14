// The score of a step: what happens when, in milliseconds at speed 1, derived from the equations alone. States that are
// carried travel and inputs arrive; then the equations follow each other in the order in which they can be computed.

import { signalsOf } from "../expression.js";

/** @import { Block } from "../types.js" */

/** From when to when something happens. @typedef {[number, number]} Track */
/**
 * What happens for one equation: what it reads is brought, rows are gone through, the result grows, the timeline gets it.
 * @typedef {{ bring: Track, sweep: Track, grow: Track, land: Track }} Act
 */
/**
 * @typedef {object} Score
 * @property {Track} fade numbers of the step before leave
 * @property {Track} frame the frame glides to the next step
 * @property {Track} carry states travel to where they are read
 * @property {Track} input inputs come down
 * @property {Map<string, Act>} acts by the name of the equation's signal
 * @property {Track} choice the chosen symbol rises
 * @property {number} length
 */

const ARRIVED = 440;
const WAY = 130; // from a result to the timeline
const RISE = 140;
const COMPUTING = { all: 600, least: 130, most: 1200 };

/**
 * In which order the equations of a step can be computed: 1 for those that read no other one's result, and so on.
 * @param {Block[]} blocks
 * @returns {Map<string, number>}
 */
export function levels(blocks) {
  /** @type {Map<string, string[]>} */
  const needs = new Map(
    blocks.map(({ name, tree }) => [
      name,
      signalsOf(tree).flatMap(([, read, shift]) => (shift === 0 && read !== name ? [read] : [])),
    ]),
  );
  /** @type {Map<string, number>} */
  const found = new Map();
  const waiting = [...needs.keys()];
  while (waiting.length) {
    const ready = waiting.findIndex((name) => needs.get(name)?.every((read) => !needs.has(read) || found.has(read)));
    const [name] = waiting.splice(Math.max(0, ready), 1);
    found.set(name, 1 + Math.max(0, ...(needs.get(name) ?? []).map((read) => found.get(read) ?? 0)));
  }
  return found;
}

/**
 * @param {Block[]} blocks
 * @returns {Score}
 */
export function score(blocks) {
  const order = levels(blocks);
  const count = Math.max(0, ...order.values());
  const each = Math.min(Math.max(COMPUTING.least, COMPUTING.all / count), COMPUTING.most / count);
  /** @type {Map<string, Act>} */
  const acts = new Map();
  for (const [name, level] of order) {
    const start = ARRIVED - 20 + (level - 1) * each;
    const end = start + each;
    acts.set(name, {
      bring: level > 1 ? [start - 0.25 * each, start + 0.3 * each] : [start, start],
      sweep: [start + 0.1 * each, start + 0.75 * each],
      grow: [start + 0.35 * each, end],
      land: [end, end + WAY],
    });
  }
  const last = ARRIVED - 20 + count * each;
  return {
    fade: [0, 125],
    frame: [0, 300],
    carry: [0, ARRIVED],
    input: [80, 400],
    acts,
    choice: [last, last + RISE],
    length: last + Math.max(WAY, RISE),
  };
}

/**
 * How far a track is at a time, from 0 to 1.
 * @param {Track} track
 * @param {number} time
 */
export function progress([start, end], time) {
  if (time >= end) return 1;
  return time <= start ? 0 : (time - start) / (end - start);
}

/**
 * How far row i of n is, where rows follow each other closely.
 * @param {number} all
 * @param {number} i
 * @param {number} n
 */
export function ofRow(all, i, n) {
  if (n < 2) return all;
  const own = 0.5; // the share of the time that one row takes
  const start = ((1 - own) * i) / (n - 1);
  return Math.max(0, Math.min(1, (all - start) / own));
}

/** Slow at both ends. @param {number} p */
export const sine = (p) => 0.5 - 0.5 * Math.cos(Math.PI * p);
/** Quick at first. @param {number} p */
export const cubicOut = (p) => 1 - (1 - p) ** 3;
/** Slow at both ends, quick between. @param {number} p */
export const cubic = (p) => (p < 0.5 ? 4 * p ** 3 : 1 - (2 - 2 * p) ** 3 / 2);
