// The answer in words, which is also what a screen reader hears.

import { bodyOf, elementwise, parts, unsigned } from "../expression.js";
import { LEAST } from "../sums.js";
import { constant, escaped, fill, show, stepText } from "../writing.js";
import { reads, uses } from "./subject.js";

/** @import { Call, Expression, Pick } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Chips } from "./chips.js" */
/** @import { About, Standing, Use } from "./subject.js" */

/** @type {Standing[]} */
const SHOWN = ["given", "outside", "noise", "initial", "final", "held", "ripple", "forward"];

/**
 * The answer about a number.
 * @param {Chips} chips
 * @param {About} about
 * @param {Pick} pick
 */
export function answer(chips, about, pick) {
  const { scene, arithmetic } = chips;
  const { words, numbers, head } = scene;
  const { i, at, e, state, name } = about;
  const unit = chips.unit(about);
  const t = stepText(at);
  if (state === "none" && pick.source[0] === "signal") {
    return fill(words.state_none, { name: chips.name(pick.source, i, at), t, value: show(0) });
  }
  if (state === "weight") return ofWeight(chips, about);
  if (state !== "computed" || !e) {
    const known = about.kind === "signal" && SHOWN.includes(state);
    const value = known ? show(numbers.value(["signal", name, 0], i, at), name === "x") : "?";
    const label = state === "given" ? escaped(head.labels[at - 1]) : "";
    return fill(standing(words, state), { name: unit, t, value, label });
  }
  const value = numbers.value(e, i, at);
  const { sums, ...printed } = arithmetic.printed(e, i, at);
  const said = { name: unit, t, value: printed.result };
  if (e[0] === "call" && !elementwise(e)) return ofVectorFunction(scene, e, about, value, said);
  const body = bodyOf(e);
  const inner = sums.print(printed.inner);
  const through = e[0] === "call" ? head.functions[e[1]] : "";
  if (body[0] !== "sum" && body[0] !== "product") {
    if (through) return fill(words.answer_through, { ...said, inner, function: through });
    const factors = (body[0] === "times" ? parts(body) : [body]).map(
      (part) => `${arithmetic.symbols(part, i)} (${sums.print(sums.value(part, i, at))})`,
    );
    return fill(body[0] === "times" ? words.answer_times : words.answer_same, {
      ...said,
      factors: factors.join(" · "),
    });
  }
  const first = fill(through ? words.answer_call : words.answer_sum, { ...said, inner, function: through });
  const terms = addends(chips, body, i, at);
  const most = terms.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a));
  if (terms.length < 2 || !Number.isFinite(most.value) || !most.value) return first;
  return `${first} ${fill(words.answer_largest, { value: sums.print(most.value), name: most.name })}`;
}

/**
 * The sentence for a number that no equation made.
 * @param {Record<string, string>} words
 * @param {Standing} state
 */
function standing(words, state) {
  switch (state) {
    case "given":
      return words.state_given;
    case "absent":
      return words.state_absent;
    case "outside":
      return words.state_outside;
    case "initial":
      return words.state_initial;
    case "final":
      return words.state_final;
    case "held":
      return words.state_held;
    case "ripple":
      return words.state_ripple;
    case "forward":
      return words.state_forward;
    case "unread":
      return words.state_unread;
    case "noise":
      return words.state_noise;
    case "none":
      return words.state_none;
    default:
      return words.state_unknown;
  }
}

/**
 * @param {Scene} scene
 * @param {Call} e
 * @param {About} about
 * @param {number} value
 * @param {Record<string, string>} said
 */
function ofVectorFunction({ words, numbers }, [, name, operand], { i, at }, value, said) {
  const all = Array.from({ length: numbers.size(operand) }, (_, k) => numbers.value(operand, k, at));
  const tied = all.filter((v) => v === all[i]).length > 1;
  const chosen = value ? (tied ? words.answer_tied : words.answer_chosen) : words.answer_not_chosen;
  const text = name === "softmax" ? words.answer_softmax : name === "total" ? words.answer_total : chosen;
  return fill(text, { ...said, n: all.length, score: constant(all[i], LEAST) });
}

/**
 * What is added up, with names.
 * @param {Chips} chips
 * @param {Expression} body
 * @param {number} i
 * @param {number} at
 */
function addends(chips, body, i, at) {
  const { arithmetic, sums } = chips;
  if (body[0] === "product") {
    const [, weight, operand] = body;
    return sums.products(body, i, at).map(({ j, row, column, value }) => {
      const factor = chips.name(["weight", weight], row, at, column);
      return { value, name: `${factor} · ${chips.name(operand, j, at)}` };
    });
  }
  return parts(body).map((term) => ({ value: sums.value(term, i, at), name: arithmetic.name(unsigned(term)[1]) }));
}

/**
 * Whether the operand that a weight meets is known.
 * @param {Scene} scene
 * @param {Use} use
 */
export const usable = (scene, { e }) => e[0] !== "product" || reads(scene, e[2], scene.t);

/**
 * @param {Chips} chips
 * @param {About} about
 */
function ofWeight(chips, about) {
  const { scene, sums } = chips;
  const { words, numbers, t } = scene;
  const { i, j } = about;
  const weight = sums.round(numbers.weight(about.name, i, j, t));
  const name = chips.unit(about);
  const value = sums.print(weight);
  const [use] = uses(scene, about.name);
  if (!use) return fill(words.weight_idle, { name, value, t });
  const { e, target } = use;
  if (e[0] !== "product") return fill(words.weight_added, { name, value, t, target: chips.name(target, i, t) });
  const [column, row] = e[3] ? [i, j] : [j, i];
  const by = usable(scene, use) ? sums.round(numbers.value(e[2], column, t)) : NaN;
  const operand = chips.name(e[2], column, t);
  const goes = chips.name(target, row, t);
  const product = sums.full(by * weight);
  return fill(words.weight_times, { name, value, t, operand, by: sums.print(by), product, target: goes });
}

/**
 * The equation of a number with its values, line by line, as HTML.
 * @param {Chips} chips
 * @param {About} about
 */
export function formula(chips, about) {
  if (about.state !== "computed" || !about.e) return [];
  const left =
    about.kind === "signal" ? chips.arithmetic.symbols(["signal", about.name, 0], about.i) : chips.unit(about);
  const [names, ...steps] = chips.arithmetic.steps(about.e, about.i, about.at);
  const last = steps.splice(-2).join(" = ");
  return [`${left} = ${names}`, ...[...steps, last].filter(Boolean).map((text) => `= ${text}`)];
}
