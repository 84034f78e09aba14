// A backward pass in the player: which way it goes, what is known, and what its triangles and weights say.

import assert from "node:assert/strict";
import { test } from "node:test";
import { agreeing, sharesOf } from "../../rnnviz/player/gradients.js";
import { explained } from "../../rnnviz/player/panels/glossary.js";
import { turned } from "../../rnnviz/player/scene.js";
import { highest, influence, shadeOf } from "../../rnnviz/player/triangle.js";
import { small } from "../../rnnviz/player/writing.js";
import { FILMS, near, scene } from "./dumped.mjs";

for (const name of FILMS) {
  test(`${name}: from the last step to the first`, () => {
    const { scene: one } = scene(name, { t: 5 });
    assert.deepEqual([one.first, one.last, one.start, one.by], [5, 1, 6, -1]);
    assert.deepEqual(
      [6, 5, 1].map((t) => one.at(t).begun),
      [false, true, true],
    );
    assert.deepEqual([one.clamp(0), one.clamp(9)], [1, 6]);
    const [state] = Object.keys(one.head.film.lengths);
    const known = (t) => [1, 2, 3, 4, 5].map((k) => one.at(t).known(state, k));
    assert.deepEqual(known(6), [false, false, false, false, false]);
    assert.deepEqual(known(3), [false, false, true, true, true]);
    assert.ok(one.at(6).known("h", 2)); // the run is known from the start
  });

  test(`${name}: each column has its own colours, or all have one`, () => {
    const { scene: one, told } = scene(name, { t: 3 });
    for (const [signal, scales] of Object.entries(one.head.film.scales)) {
      for (let k = 1; k <= 5; k++) {
        const largest = Math.max(...told.signals[signal][k - 1].map(Math.abs));
        assert.ok(one.scaleAt(signal, k) === scales[k - 1] && scales[k - 1] >= largest * (1 - 1e-9));
        if (!one.head.film.alike.includes(signal) && largest > 0) assert.ok(near(scales[k - 1], largest));
      }
    }
  });
}

test("a transposed tile shows the same weight", () => {
  const { scene: one } = scene("vanilla film", { t: 3 });
  const tile = { source: ["weight", "W_hh", true], role: "equation", nth: 0, lying: false, h: 3, w: 3 };
  assert.equal(one.cell(tile, 0, 2), one.numbers.weight("W_hh", 2, 0, 3));
  assert.deepEqual(one.placeOf(tile, { source: ["weight", "W_hh"], i: 2, j: 0 }), [0, 2]);
  assert.deepEqual(turned(["weight", "W"], 1, 2), [1, 2]);
});

test("shades are powers of ten below the largest", () => {
  const high = highest([{ norms: [[10], [1e-5, 0]] }]);
  assert.equal(high, 1);
  assert.equal(shadeOf(10, high), 1);
  assert.ok(Math.abs(shadeOf(1e-2, high) - 0.5) < 1e-9);
  assert.equal(shadeOf(0, high), 0);
  assert.ok(shadeOf(1e-30, high) > 0); // little is not nothing
  assert.deepEqual(influence([1, 4, 2]), [0.25, 1, 0.5]);
  assert.deepEqual(influence([0, 0]), [0, 0]);
});

test("shares are outer products, and digits that agree are counted", () => {
  const pairs = [
    { rows: [[1], [2]], columns: [[3], [4]] },
    { rows: [[10], [20]], columns: null },
  ];
  assert.deepEqual(sharesOf({ pairs }, 2, 0, 0), [13, 28]);
  assert.equal(agreeing(1, 1.0001), 4);
  assert.equal(agreeing(0.5, -0.5), 0);
  assert.equal(agreeing(2, 2), 12);
});

test("small sizes keep a digit", () => {
  assert.deepEqual([small(0), small(0.25), small(0.00034), small(1e-10)], ["0.00", "0.25", "3e−4", "1e−10"]);
});

test("a transposed weight is told as one, and its T is no number of steps", () => {
  const { scene: one } = scene("vanilla film", { t: 3 });
  const told = explained(one, "<i>W</i><sub>hh</sub><sup>T</sup>");
  assert.match(told, /transposed/);
  assert.doesNotMatch(told, /number of steps/);
  assert.match(explained(one, "<i>δh</i><sub>t</sub>"), /δh: derivative of the loss/);
});
