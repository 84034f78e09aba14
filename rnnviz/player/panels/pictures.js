// The pictures beside the table: the curve of a function, what each unit was added up from, what softmax looked at.

import { bars, curve, legend, patterns, scores } from "../drawing/charts.js";
import { bodyOf, elementwise, parts, unsigned } from "../expression.js";
import { escaped, fill, MINUS, named, show } from "../writing.js";

/** @import { Call, Expression, Source } from "../types.js" */
/** @import { Chips } from "./chips.js" */
/** @import { About } from "./subject.js" */

/** An about with an equation. @typedef {About & { e: Expression }} Computed */
/** One part of every bar. @typedef {{ label: string, of: (i: number, t: number) => number }} Stack */

/**
 * The function that a number went through, with its curve: the outermost one, else the first among factors and terms.
 * @param {Chips} chips
 * @param {Computed} about
 */
export function curveOf(chips, { e, i, at }) {
  const { scene, arithmetic, palette } = chips;
  const { numbers, words, head } = scene;
  const candidates = e[0] === "sum" || e[0] === "times" ? parts(e) : [e];
  const call = candidates.find(elementwise);
  if (call?.[0] !== "call") return "";
  const [, name, operand] = call;
  const dots = Array.from(
    { length: numbers.size(operand) },
    (_, k) => /** @type {[number, number]} */ ([numbers.value(operand, k, at), numbers.value(call, k, at)]),
  );
  if (!dots.flat().every(Number.isFinite)) return "";
  const { inner, value } = arithmetic.printed(call, i, at);
  const [x, y] = [inner, value].map((v) => chips.sums.print(v));
  const slope = arithmetic.slope(head.curves[name].slope, dots[i][1]);
  const symbol = head.functions[name];
  const label = fill(words.curve, { function: symbol, x, y });
  const drawn = curve(head.curves[name], dots, i, palette.theme, label);
  const said = `<b>${symbol}(${x}) = ${y}</b><br>${fill(words.slope, { slope: slope.text })}`;
  const flat = `<span class="rv-flat"></span>${words.flat}`;
  const caption = `<figcaption>${said}<br>${flat}</figcaption>`;
  return `<figure class="rv-curve" data-slope="${slope.value}">${drawn}${caption}</figure>`;
}

/**
 * What each unit of the signal was added up from: the parts, their sum, and what this is called.
 * @param {Chips} chips
 * @param {Computed} about
 */
export function stacked(chips, { e, kind, name, at }) {
  const { scene, arithmetic } = chips;
  const { numbers, words, head } = scene;
  const body = bodyOf(e);
  if (body[0] === "sum") {
    const terms = parts(body);
    const order = [...terms.filter((term) => numbers.size(term)), ...terms.filter((term) => !numbers.size(term))];
    const stacks = order.map((term) => {
      const [negative, rest] = unsigned(term);
      const of = (/** @type {number} */ i, /** @type {number} */ t) => numbers.value(term, i, t);
      return { label: `${negative ? MINUS : ""}${arithmetic.name(rest)}`, of };
    });
    const sum = (/** @type {number} */ i, /** @type {number} */ t) => numbers.value(body, i, t);
    const of = { name: kind === "signal" ? named(name, "t") : arithmetic.name(e) };
    const title =
      body === e ? fill(words.bars, of) : fill(words.bars_inside, { ...of, function: functionOf(chips, e) });
    return { n: numbers.size(body), stacks, sum, title };
  }
  const shares = kind === "signal" ? head.shares[name] : undefined;
  if (!shares) return null;
  const n = numbers.length(name);
  /** @type {Stack[]} */
  const known = shares.map(({ label, offset }) => ({
    label: label || words.biases,
    of: (i, t) => numbers.at(offset + (t - 1) * n + i),
  }));
  const sum = (/** @type {number} */ i, /** @type {number} */ t) => numbers.signal(name, t, i);
  const rest = (/** @type {number} */ i, /** @type {number} */ t) =>
    sum(i, t) - known.reduce((total, stack) => total + stack.of(i, t), 0);
  const left = Array.from({ length: n }, (_, i) => rest(i, at)).some((v) => Math.abs(v) > 0.005);
  const stacks = left ? [...known, { label: words.nothing, of: rest }] : known;
  return { n, stacks, sum, title: fill(words.shares, { name: named(name, "t") }) };
}

/** @param {Chips} chips @param {Expression} e */
const functionOf = ({ scene }, e) => (e[0] === "call" ? scene.head.functions[e[1]] : "");

/**
 * The same as stacked bars, one for each unit.
 * @param {Chips} chips
 * @param {Computed} about
 * @param {Map<string, [number, number]>} extents how far bars reach, kept for a run
 */
export function barsOf(chips, about, extents) {
  const made = stacked(chips, about);
  if (!made || made.stacks.length < 2) return "";
  const { n, stacks, sum, title } = made;
  const { theme } = chips.palette;
  const { at, kind, name, e } = about;
  const rows = Array.from({ length: n }, (_, i) => ({
    values: stacks.map((stack) => stack.of(i, at)),
    sum: sum(i, at),
  }));
  if (!rows.every((row) => row.values.every(Number.isFinite))) return "";
  const key = JSON.stringify([kind, name, e]);
  const extent = extents.get(key) ?? extentOf(stacks, n, chips.scene.head.T);
  extents.set(key, extent);
  /** @type {Source} */
  const source = kind === "signal" ? ["signal", name, 0] : e;
  const units = rows.map((row, i) => ({
    ...row,
    go: chips.keep(source, i, at),
    key: `unit${i}`,
    name: chips.unit({ kind, name, i, j: 0, e, at }),
    text: show(row.sum),
    chosen: i === about.i,
  }));
  const said = legend(
    stacks.map((stack, k) => `${stack.label} <b>${show(rows[about.i].values[k])}</b>`),
    theme,
  );
  return `<figure class="rv-bars"><figcaption>${title}</figcaption>${said}${patterns(theme)}
    <div class="rv-rows">${bars(units, extent, theme)}</div></figure>`;
}

/**
 * How far bars reach to the left and to the right, the same at all steps, so that fading is seen as fading.
 * @param {Stack[]} stacks
 * @param {number} n
 * @param {number} T
 * @returns {[number, number]}
 */
function extentOf(stacks, n, T) {
  let low = 0;
  let high = 0;
  for (let t = 1; t <= T; t++) {
    for (let i = 0; i < n; i++) {
      let down = 0;
      let up = 0;
      for (const { of } of stacks) {
        const v = of(i, t);
        if (v < 0) down += v;
        else up += v;
      }
      if (down > -1e6) low = Math.min(low, down);
      if (up < 1e6) high = Math.max(high, up);
    }
  }
  return [low, high || (low ? 0 : 1)];
}

/**
 * Of softmax, a choice or a total: all that it looked at.
 * @param {Chips} chips
 * @param {About} about
 * @param {Call} e
 */
export function scoresOf(chips, about, e) {
  const { scene, arithmetic, palette } = chips;
  const { numbers, words, head } = scene;
  const [, name, operand] = e;
  const { at, i } = about;
  const labels = head.axes[about.name]?.[0];
  const all = Array.from({ length: numbers.size(operand) }, (_, k) => numbers.value(e, k, at));
  const most = name === "total" ? Math.max(...all.map(Math.abs)) || 1 : 1;
  const rows = all.map((share, k) => ({
    go: chips.keep(operand, k, at),
    key: `score${k}`,
    name: labels ? escaped(labels[k]) : `${k + 1}`,
    chip: chips.chip(numbers.value(operand, k, at), operand),
    share: share / most,
    text: name === "choose" ? show(share, true) : chips.sums.print(share),
    chosen: k === i,
  }));
  const title = name === "softmax" ? words.softmax : name === "choose" ? words.chooses : words.totals;
  const caption = fill(title, { name: arithmetic.name(operand) });
  const drawn = scores(rows, palette.theme);
  return `<figure class="rv-bars rv-scores"><figcaption>${caption}</figcaption><div class="rv-rows">${drawn}</div></figure>`;
}
