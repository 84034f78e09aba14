// The terms of a number as a table, each number of which can be asked in turn.

import { bodyOf, parts, unsigned } from "../expression.js";
import { fill, MINUS } from "../writing.js";
import { largest } from "./arithmetic.js";
import { usable } from "./said.js";
import { reads, uses } from "./subject.js";

/** @import { Expression, Source } from "../types.js" */
/** @import { Chips } from "./chips.js" */
/** @import { About } from "./subject.js" */

const MOST = 5; // so many products of one matrix are shown before the others are folded

/** @param {string[]} cells */
const row = (cells) => `<tr>${cells.join("")}</tr>`;
/** @param {string} html */
const cell = (html) => `<td>${html}</td>`;

/**
 * @param {string} caption
 * @param {string[]} heads
 * @param {string} bodies
 */
function table(caption, heads, bodies) {
  const head = heads.map((text) => (text ? `<th scope="col">${text}</th>` : "<td></td>")).join("");
  return `<div class="rv-table"><table><caption>${caption}</caption><thead><tr>${head}</tr></thead>${bodies}</table></div>`;
}

/**
 * The terms of a computed number, and their sum.
 * @param {Chips} chips
 * @param {About & { e: Expression }} about
 * @param {Set<string>} unfolded matrices of which all products are shown
 */
export function terms(chips, about, unfolded) {
  const { scene } = chips;
  const { words, head } = scene;
  const { e, i, at } = about;
  const body = bodyOf(e);
  const added = body[0] === "sum" ? parts(body) : [body];
  const groups = added.map((term, m) => `<tbody>${group(chips, term, `${m}`, i, at, unfolded).join("")}</tbody>`);
  const line = (/** @type {string} */ name, /** @type {number} */ value, /** @type {Source} */ source) =>
    `<tr class="rv-sum"><th scope="row" colspan="3">${name}</th><td>${chips.chip(value, source)}</td></tr>`;
  const { inner, value: result } = chips.arithmetic.printed(e, i, at);
  const foot = [];
  if (added.length > 1 || body[0] === "product") foot.push(line(words.sum, inner, body));
  /** @type {Source} */
  const source = about.kind === "signal" ? ["signal", about.name, 0] : e;
  if (body !== e && e[0] === "call") foot.push(line(head.functions[e[1]], result, source));
  const heads = [words.factor, "", words.operand, words.product];
  const caption = fill(words.terms, { name: chips.unit(about) });
  return table(caption, heads, `${groups.join("")}<tfoot>${foot.join("")}</tfoot>`);
}

/**
 * The rows of one term; a matrix product has one for each of its products, the smallest of many are folded.
 * @param {Chips} chips
 * @param {Expression} term
 * @param {string} m its number
 * @param {number} i
 * @param {number} at
 * @param {Set<string>} unfolded
 */
function group(chips, term, m, i, at, unfolded) {
  const { arithmetic, scene } = chips;
  const { words } = scene;
  const { sums } = chips;
  const [negative, e] = unsigned(term);
  const value = sums.value(term, i, at);
  const name = `${negative ? `${MINUS} ` : ""}${arithmetic.name(e)}`;
  const heading = `<th scope="rowgroup" colspan="3">${name}</th>`;
  if (e[0] !== "product") {
    const [first, ...rest] = e[0] === "times" ? parts(e) : [e];
    const factors = rest.map((part, k) => chips.stop(part, i, at, `${m} ${k + 1}`)).join(" · ");
    const stop = chips.stop(first, i, at, `${m} 0`);
    const cells = [stop, rest.length ? "·" : "", factors, chips.chip(value, term, sums.full(value))].map(cell);
    return [row([heading]), row(cells)];
  }
  const all = sums.products(e, i, at);
  const key = `${e[1]} ${m}`;
  const open = unfolded.has(key);
  const live = all.filter((p) => p.operand !== 0);
  const [some, others] = largest(live, MOST);
  const rows = (open ? all : some).map((p) => [
    cell(chips.stop(["weight", e[1]], p.row, at, `${m} ${p.j} w`, p.column)),
    cell("·"),
    cell(chips.stop(e[2], p.j, at, `${m} ${p.j} o`)),
    cell(chips.chip(p.value, e, sums.full(p.value))),
  ]);
  const hidden = all.length - some.length;
  if (hidden) {
    const sum = sums.full(others.reduce((total, p) => total + p.value, 0));
    const text = open ? words.fewer : fill(words.more, { n: hidden, sum });
    const data = `data-unfold="${key}" data-key="${m} more" aria-expanded="${open}"`;
    rows.push([`<td colspan="3"><button type="button" class="rv-more" ${data}>${text}</button></td>`]);
  }
  const total = negative || all.length > 1 ? `<th>${chips.chip(value, term, sums.full(value))}</th>` : "";
  return [row([heading, total]), ...rows.map(row)];
}

/**
 * Of a weight: each product it makes now, with the numbers it meets.
 * @param {Chips} chips
 * @param {About} about
 */
export function products(chips, about) {
  const { scene, arithmetic } = chips;
  const { words, numbers, t } = scene;
  const { name, i, j } = about;
  const used = uses(scene, name).filter((use) => usable(scene, use));
  if (!used.length) return "";
  const { sums } = chips;
  const value = sums.round(numbers.weight(name, i, j, t));
  const own = `<span class="rv-stop"><span>${chips.unit(about)}</span>${chips.chip(value, ["weight", name])}</span>`;
  const rows = used.map(({ e, target }, m) => {
    const by = e[0] === "product" ? e[2] : null;
    const [column, line] = e[0] === "product" && e[3] ? [i, j] : [j, i];
    const product = by ? value * sums.round(numbers.value(by, column, t)) : value;
    const goes = reads(scene, target, t) ? chips.stop(target, line, t, `${m} t`) : arithmetic.symbols(target, line);
    return row(
      [
        own,
        by ? "·" : "",
        by ? chips.stop(by, column, t, `${m} o`) : "",
        chips.chip(product, e, sums.full(product)),
        goes,
      ].map(cell),
    );
  });
  const heads = [words.factor, "", words.operand, words.product, words.part_of];
  return table(fill(words.used, { name: chips.unit(about), t }), heads, `<tbody>${rows.join("")}</tbody>`);
}
