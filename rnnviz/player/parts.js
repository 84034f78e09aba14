// The parts of a step in slow motion, one for each pause: the first equation of a kind is told in full, row 1 first and
// then the others; those that work as one before them are told at once. All is derived from the equations.

import { bodyOf, parts as terms, unsigned } from "./expression.js";

/** @import { Block, Expression, Product } from "./types.js" */

/** @typedef {"product" | "sum" | "result" | "rows" | "whole"} PartName */
/**
 * @typedef {object} Part
 * @property {Block} block
 * @property {PartName} part
 * @property {Product | null} product the matrix product whose row 1 is gone through
 * @property {number[]} worked the tiles of the working that have their row 1 by now
 * @property {boolean} made whether row 1 of the result is there
 * @property {boolean} last whether all of the result is there
 * @property {boolean} [waits] whether what it brings is still to come
 */

const MOST = 12; // pauses of a step, where each equation may have more than one

/** What an expression looks like whatever its weights are called. @param {Expression} e @returns {string} */
const form = (e) =>
  JSON.stringify(e, (_, part) =>
    part?.[0] === "product" || part?.[0] === "vector" ? [part[0], "", ...part.slice(2)] : part,
  );

/**
 * What is added up before a function: the terms of a sum, or one.
 * @param {Expression} tree
 */
function added(tree) {
  const body = bodyOf(tree);
  return body[0] === "sum" ? terms(body) : [body];
}

/**
 * All pauses of one equation: each matrix product of row 1, their sum, the result, then the other rows.
 * @param {Block} block
 * @param {number} rows
 * @returns {Part[]}
 */
function inFull(block, rows) {
  const { working, tree } = block;
  const shown = added(tree);
  /** @type {Part[]} */
  const made = [];
  /** @type {number[]} */
  const worked = [];
  for (const [k, term] of shown.entries()) {
    const [, product] = unsigned(term);
    if (product[0] !== "product") continue;
    if (working) worked.push(k);
    made.push({ block, part: "product", product, worked: [...worked], made: !working, last: false });
  }
  if (!made.length) return [];
  const all = working ? Array.from({ length: working.terms }, (_, k) => k) : [];
  const whole = working?.sum ? [...all, working.terms] : all;
  if (working?.sum) made.push({ block, part: "sum", product: null, worked: whole, made: false, last: false });
  if (working) made.push({ block, part: "result", product: null, worked: whole, made: true, last: false });
  if (rows > 1) made.push({ block, part: "rows", product: null, worked: whole, made: true, last: false });
  made[made.length - 1].last = true;
  return made;
}

/**
 * The parts of a step, in the order in which they come.
 * @param {Block[]} blocks
 * @param {(name: string) => number} length rows of a signal
 * @returns {Part[]}
 */
export function partsOf(blocks, length) {
  /** @type {Set<string>} */
  const told = new Set();
  let left = MOST - blocks.length;
  return blocks.flatMap((block) => {
    const full = inFull(block, length(block.name));
    const kind = form(block.tree);
    if (full.length && !told.has(kind) && full.length - 1 <= left) {
      told.add(kind);
      left -= full.length - 1;
      return full;
    }
    /** @type {Part} */
    const whole = { block, part: "whole", product: null, worked: [], made: true, last: true };
    return [whole];
  });
}
