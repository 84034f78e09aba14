// A run in the player: every number, what is known by now, what made it, what it is made of.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Palette } from "../../rnnviz/player/drawing/colours.js";
import { Arithmetic } from "../../rnnviz/player/panels/arithmetic.js";
import { describe } from "../../rnnviz/player/panels/ask.js";
import { Chips } from "../../rnnviz/player/panels/chips.js";
import { stacked } from "../../rnnviz/player/panels/pictures.js";
import { lit, subject } from "../../rnnviz/player/panels/subject.js";
import { ALL, near, SEQUENCES, scene } from "./dumped.mjs";

for (const name of ALL) {
  test(`${name}: every signal is the core's`, () => {
    const { scene: run, told } = scene(name);
    for (const [signal, rows] of Object.entries(told.signals)) {
      if (!run.head.signals[signal]) continue;
      for (const [t, row] of rows.entries()) {
        for (const [i, number] of row.entries()) assert.ok(near(run.numbers.signal(signal, t + 1, i), number), signal);
      }
    }
    assert.ok(Object.keys(told.signals).filter((signal) => run.head.signals[signal]).length > 1);
  });

  test(`${name}: every equation gives its signal`, () => {
    const { scene: run, told } = scene(name);
    for (const [signal, block] of run.blocks) {
      if (!told.signals[signal] || signal === "x") continue;
      for (const [t, row] of told.signals[signal].entries()) {
        for (const [i, number] of row.entries()) {
          if (told.held[signal]?.[t][i]) continue;
          const found = run.numbers.value(block.tree, i, t + 1);
          assert.ok(Math.abs(found - number) < 1e-4 * Math.max(1, Math.abs(number)), `${signal}[${i}] at ${t + 1}`);
        }
      }
    }
  });

  test(`${name}: bars add up to what goes into the function`, () => {
    const { scene: run, told } = scene(name, { t: 1 });
    const chips = new Chips(run, new Arithmetic(run), new Palette(run.head.themes.light, "serif"));
    let seen = 0;
    for (const [signal, rows] of Object.entries(told.inside)) {
      for (const [k, row] of rows.entries()) {
        const e = run.blocks.get(signal).tree;
        const made = stacked(chips, { kind: "signal", name: signal, i: 0, j: 0, at: k + 1, e, state: "computed" });
        if (!made) continue;
        seen += 1;
        for (const [i, number] of row.entries()) {
          if (told.held[signal]?.[k][i]) continue;
          const parts = made.stacks.map((stack) => stack.of(i, k + 1));
          const total = made.sum(i, k + 1);
          assert.ok(Math.abs(parts.reduce((sum, v) => sum + v, 0) - total) < 1e-4 * Math.max(1, Math.abs(total)));
          assert.ok(Math.abs(total - number) < 1e-4 * Math.max(1, Math.abs(number)), `${signal}[${i}] at ${k + 1}`);
        }
      }
    }
    assert.ok(seen > 0);
  });
}

test("numbers beyond float32 are no infinity", () => {
  assert.equal(scene("large").scene.numbers.signal("h", 1, 0), 1e39);
});

test("a number is told with its signal's name in words", () => {
  const { scene: run } = scene("lstm", { t: 1 });
  assert.match(describe(run, { source: ["signal", "f", 0], i: 0, j: 0 }), /\[1\]: .* · forget gate$/);
  const { scene: own } = scene("large", { t: 1 });
  assert.doesNotMatch(describe(own, { source: ["signal", "h", 0], i: 0, j: 0 }), /·/);
});

test("before the changes, after them, and their difference", () => {
  const { scene: run } = scene("vanilla");
  assert.equal(
    run.numbers.as("difference", () => run.numbers.signal("h", 2, 0)),
    run.numbers.signal("h", 2, 0),
  );
});

test("what has been reached is known, the future is not", () => {
  const { scene: run } = scene("vanilla", { t: 3 });
  const known = (signal) => [1, 2, 3, 4, 5].map((t) => run.known(signal, t));
  assert.deepEqual(known("x"), [true, true, true, true, true]);
  for (const signal of ["h", "y"]) assert.deepEqual(known(signal), [true, true, true, false, false]);
  assert.equal(scene("bidirectional", { t: 1 }).scene.known("b", 5), true, "known once the whole sequence is");
});

test("in slow motion a part at a time is known", () => {
  const { scene: run } = scene("lstm", { t: 2, slow: true });
  const order = run.head.stage.blocks.map((block) => block.name);
  for (const [k, { block, part, last }] of run.parts.entries()) {
    run.state.set({ part: k + 1 });
    for (const [place, signal] of order.entries()) {
      const done = place < order.indexOf(block.name) || (signal === block.name && last);
      assert.equal(run.known(signal, 2), done, `${signal} in ${block.name} ${part}`);
      assert.equal(run.known(signal, 1), true);
    }
  }
});

test("of a state its row of each matrix lights up, and all that it read", () => {
  const { scene: run } = scene("vanilla", { t: 3, pick: { source: ["signal", "h", 0], i: 1, j: 0 } });
  const found = lit(run);
  const rows = (source) => found.get(JSON.stringify(source));
  assert.deepEqual([...rows(["weight", "W_xh"])], [1]);
  assert.deepEqual([...rows(["weight", "W_hh"])], [1]);
  assert.equal(rows(["signal", "x", 0]), null);
  assert.equal(rows(["signal", "h", -1]), null);
  assert.ok(!found.has(JSON.stringify(["signal", "h", 0])));
});

test("a weight lights up what it meets and makes", () => {
  const { scene: run } = scene("vanilla", { t: 3, pick: { source: ["weight", "W_hh"], i: 2, j: 1 } });
  assert.deepEqual(
    [...lit(run)].map(([source, rows]) => [JSON.parse(source), rows && [...rows]]),
    [
      [["signal", "h", -1], [1]],
      [["signal", "h", 0], [2]],
    ],
  );
});

test("how it stands with a number", () => {
  const { scene: run } = scene("vanilla", { t: 2 });
  const state = (name, shift) => subject(run, { source: ["signal", name, shift], i: 0, j: 0 }).state;
  assert.equal(state("h", 0), "computed");
  assert.equal(state("x", 0), "given");
  assert.equal(state("h", -2), "initial");
  assert.equal(state("x", -2), "outside");
  assert.equal(state("h", 1), "unknown");
  assert.equal(state("h", -3), "none");
  assert.equal(subject(run, { source: ["weight", "W_xh"], i: 0, j: 0 }).state, "weight");
  const { scene: changed } = scene("changed", { t: 3 });
  assert.equal(subject(changed, { source: ["signal", "h", 0], i: 0, j: 0 }).state, "held");
});

test("an encoder's steps have its own weights", () => {
  const { scene: run } = scene("encoder", { t: 1 });
  const { decoder } = run.head;
  assert.ok(decoder > 1);
  const weight = (t) => run.numbers.weight("W_xi", 0, 0, t);
  assert.notEqual(weight(1), weight(decoder));
  assert.equal(run.sameWeights(1, decoder), false);
  assert.equal(run.sameWeights(decoder, decoder + 1), true);
});

test("every number of every picture has a name and a place", () => {
  for (const name of SEQUENCES) {
    const { scene: run } = scene(name, { t: 2 });
    for (const block of run.head.stage.blocks) {
      for (const line of [...block.wide, ...block.narrow, ...block.folded]) {
        for (const [, , h, w, source, lying] of line.tiles) {
          const n = lying ? w : h;
          assert.ok(run.fits({ source, i: n - 1, j: source[0] === "weight" ? w - 1 : 0 }), JSON.stringify(source));
          assert.ok(!run.fits({ source, i: n, j: 0 }), JSON.stringify(source));
        }
      }
    }
  }
});
