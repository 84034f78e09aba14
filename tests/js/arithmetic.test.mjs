// Printed arithmetic is true as printed: every line is worked out again from the digits that stand in it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { elementwise, parts } from "../../rnnviz/player/expression.js";
import { Arithmetic } from "../../rnnviz/player/panels/arithmetic.js";
import { show } from "../../rnnviz/player/writing.js";
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
  const v = Math.abs(Number(text.replace("−", "-")));
  return v ? 0.5 * 10 ** (Math.floor(Math.log10(v)) - digits + 1) * 1.0001 : 1e-12;
}

/** The functions of vectors, of which a line is no sum. */
const told = (e) => e[0] === "call" && !elementwise(e[1]) && e[1] !== "softmax";

for (const name of ALL) {
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
