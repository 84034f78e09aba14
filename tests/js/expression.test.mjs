// The value of an expression, forwards and in a backward pass, is what the core's plain interpreter makes of it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { alike, mapSignals, parts, signalsOf, size, value } from "../../rnnviz/player/expression.js";
import { json } from "./dumped.mjs";

const { cases: CASES, functions: FUNCTIONS } = json("expressions.json");

/** What a case reads. */
function reader({ sizes, weights, rows, neighbours }) {
  return {
    length: (name) => sizes[name],
    shape: (name) => ({ rows: weights[name].length, columns: weights[name][0].length }),
    signal: (name, t, i) => (t === null ? 0 : rows[name][t][i]),
    weight: (name, i, j) => weights[name][i][j],
    step: (t, shift) => (typeof shift === "number" ? t + shift : neighbours[shift][t]),
  };
}

test("there are cases of every kind", () => {
  const text = JSON.stringify(CASES.map((one) => one.equations));
  for (const kind of ["signal", "vector", "number", "product", "sum", "times", "call"])
    assert.ok(text.includes(`["${kind}"`));
  assert.ok(FUNCTIONS.length > 7);
  for (const name of FUNCTIONS) assert.ok(text.includes(`["call","${name}"`), name);
  assert.ok(text.includes(",true]"), "no transposed weight");
  assert.ok(text.includes('"↑l"'), "no parent");
  assert.ok(CASES.length > 100);
});

for (const one of CASES) {
  test(one.name, () => {
    const read = reader(one);
    for (const [t, expected] of one.expected.entries()) {
      for (const [name, row] of Object.entries(expected)) {
        for (const [i, number] of row.entries()) {
          const found = value(one.equations[name], i, t, read);
          const close = Math.abs(found - number) <= 1e-9 * Math.max(1, Math.abs(number));
          assert.ok(close || Object.is(found, number), `${name}[${i}] at ${t}: ${found}, not ${number}`);
        }
      }
    }
  });
}

test("a transposed weight is as long as it is wide", () => {
  const read = reader({
    sizes: { h: 2 },
    weights: {
      W: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    rows: { h: { 0: [1, 10] } },
    neighbours: {},
  });
  const e = ["product", "W", ["signal", "h", 0], true];
  assert.equal(size(e, read), 3);
  assert.deepEqual(
    [0, 1, 2].map((i) => value(e, i, 0, read)),
    [41, 52, 63],
  );
});

test("an unknown function is refused by its name", () => {
  const read = reader({ sizes: { x: 1 }, weights: {}, rows: { x: { 0: [1] } }, neighbours: {} });
  for (const name of ["cosine", "toString", "constructor", "__proto__"]) {
    const e = ["call", name, ["signal", "x", 0]];
    assert.throws(() => value(e, 0, 0, read), { message: `The player has no function ${name}.` });
  }
});

test("signals are found and replaced wherever they stand", () => {
  const e = [
    "sum",
    ["product", "W", ["signal", "x", 0]],
    ["times", ["number", 2], ["call", "tanh", ["signal", "h", -1]]],
  ];
  assert.deepEqual(signalsOf(e), [
    ["signal", "x", 0],
    ["signal", "h", -1],
  ]);
  assert.equal(parts(e).length, 2);
  const moved = mapSignals(e, ([, name, shift]) => ["signal", name, shift + 1]);
  assert.deepEqual(signalsOf(moved), [
    ["signal", "x", 1],
    ["signal", "h", 0],
  ]);
  assert.ok(
    alike(
      mapSignals(moved, ([, name, shift]) => ["signal", name, shift - 1]),
      e,
    ),
  );
});
