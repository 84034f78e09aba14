// Printed arithmetic is true as printed: every line is worked out again from the digits that stand in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { elementwise, parts } from "../../rnnviz/player/expression.js";
import { Arithmetic } from "../../rnnviz/player/panels/arithmetic.js";
import { describe } from "../../rnnviz/player/panels/ask.js";
import { Chips } from "../../rnnviz/player/panels/chips.js";
import { answer, formula } from "../../rnnviz/player/panels/said.js";
import { subject } from "../../rnnviz/player/panels/subject.js";
import { Sums } from "../../rnnviz/player/sums.js";
import { named, show } from "../../rnnviz/player/writing.js";
import { ALL, scene } from "./dumped.mjs";

const FUNCTIONS = {
  tanh: Math.tanh,
  σ: (a) => 1 / (1 + Math.exp(-a)),
  relu: (a) => Math.max(a, 0),
  ReLU: (a) => Math.max(a, 0),
  id: (a) => a,
  exp: Math.exp,
  step: (a) => (a > 0 ? 1 : 0),
};

/** A line as JavaScript: what it says when it is worked out. */
function worked(line) {
  const text = line
    .replaceAll("−", "-")
    .replaceAll("·", "*")
    .replaceAll("[", "(")
    .replaceAll("]", ")")
    .replace(/… \d+ more: /g, "")
    .replace(/- (?=-)/g, "- ");
  const names = Object.keys(FUNCTIONS);
  return new Function(...names, `return ${text.replace(/--/g, "- -")};`)(...names.map((name) => FUNCTIONS[name]));
}

/** What a line puts into its function, or the line itself. */
function inside(line) {
  const found = /^[^\s\d([−-]+\( (.*) \)$/u.exec(line);
  return found ? found[1] : line;
}

/** Half of the last digit of a printed number. */
function half(text, digits) {
  const v = Math.abs(Number(text.replaceAll("−", "-")));
  return v ? 0.5 * 10 ** (Math.floor(Math.log10(v)) - digits + 1) * 1.0001 : 1e-12;
}

/** The functions of vectors, of which a line is no sum. */
const told = (e) => e[0] === "call" && !elementwise(e) && e[1] !== "softmax";

/** Every answer's text at a step, for every number that can be asked there. */
function texts(run) {
  const found = [];
  const palette = { css: () => "", contrast: () => "" };
  const ask = (pick) => {
    const about = subject(run, pick);
    const arithmetic = new Arithmetic(run);
    const chips = new Chips(run, arithmetic, palette, new Sums(run.numbers, 4));
    found.push(describe(run, pick), answer(chips, about, pick), ...formula(chips, about));
  };
  for (const [name, { n }] of Object.entries(run.head.signals))
    for (let i = 0; i < n; i++)
      for (const shift of [0, -1])
        if (run.numbers.step(run.t, shift) !== null) ask({ source: ["signal", name, shift], i, j: 0 });
  for (const [name, { rows, columns, matrix }] of Object.entries(run.head.weights))
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < (matrix ? columns : 1); j++) ask({ source: [matrix ? "weight" : "vector", name], i, j });
  return found;
}

/** What may stand below the line: a step, a shift, a child; before it what belongs to the name. */
const TIME = /^(t([+\u2212]\d+)?|\u2212?\d+|[lr]|\u2191[lr])$/u;

for (const name of ALL) {
  test(`${name}: a subscript is time or belongs to a weight's name, brackets are row and column`, () => {
    const { scene: run } = scene(name, { t: 2 });
    const weights = new Set(Object.keys(run.head.weights).map((weight) => named(weight)));
    for (const text of texts(run)) {
      assert.doesNotMatch(text, /\b(row|column) \d/);
      assert.doesNotMatch(text, /\)<sub>/);
      for (const [whole, below] of text.matchAll(/<i>[^<]+<\/i><sub>([^<]*)<\/sub>/g)) {
        if (weights.has(whole)) continue;
        assert.match(below.split(",").at(-1), TIME, `${whole} in ${text}`);
      }
    }
  });

  test(`${name}: every line of printed arithmetic is what its digits make`, () => {
    const { scene: run } = scene(name, { t: 2 });
    const arithmetic = new Arithmetic(run);
    let count = 0;
    for (const { name: signal, tree } of run.head.stage.blocks) {
      if (told(tree)) continue;
      for (let t = 1; t <= Math.min(4, run.head.T); t++) {
        if (!run.computes(signal, t)) continue;
        for (let i = 0; i < run.numbers.length(signal); i++) {
          const { values, summed, result, sums } = arithmetic.printed(tree, i, t);
          const { digits } = sums;
          if (!Number.isFinite(run.numbers.value(tree, i, t))) continue;
          count += 1;
          assert.ok(digits >= 4);
          const got = worked(summed);
          assert.ok(
            Math.abs(got - worked(result)) <= half(result, digits),
            `${signal} ${i} ${t}: ${summed} = ${result}`,
          );
          if (!told(tree) && tree[1] !== "softmax") {
            const [one, other] = [worked(inside(values)), worked(inside(summed))];
            const terms = parts(tree[0] === "call" ? tree[2] : tree).length || 1;
            const far =
              tree[0] === "call"
                ? half(inside(summed), digits)
                : terms * 10 ** (1 - digits) * Math.max(1, Math.abs(one));
            assert.ok(Math.abs(one - other) <= far, `${values} = ${summed}`);
          }
          if (digits < 9)
            assert.equal(show(worked(result)), show(run.numbers.value(tree, i, t)), `${signal} ${i} ${t}`);
        }
      }
    }
    assert.ok(count > 0);
  });
}
