// A step as an event: the order of its score, where columns end, and that no number on the way is one that cannot be.

import assert from "node:assert/strict";
import { test } from "node:test";
import { contents } from "../../rnnviz/player/drawing/contents.js";
import { arrange, compose } from "../../rnnviz/player/drawing/layout.js";
import { signalsOf } from "../../rnnviz/player/expression.js";
import { Event } from "../../rnnviz/player/motion/event.js";
import { along, cellsAt, cellsOf } from "../../rnnviz/player/motion/flight.js";
import { levels, ofRow, progress, score } from "../../rnnviz/player/motion/score.js";
import { ALL, scene } from "./dumped.mjs";

/** The event of a step of a scene, on a wide page. */
function eventOf(name, t) {
  const { scene: run } = scene(name, { t });
  const { sizes } = run.head;
  const page = compose(arrange(contents(run, "wide")[0], 1300, 620, sizes), 1300, sizes);
  const spots = Object.entries(run.head.signals).flatMap(([signal, { rows, before }]) =>
    Array.from({ length: rows }, (_, k) => ({
      name: signal,
      k: k + 1 - before,
      x: 40 * k,
      y: 0,
      width: 30,
      height: 20,
    })),
  );
  return new Event(run, t - 1, { page, spots, stage: [7, 150], size: 14 });
}

for (const name of ALL) {
  test(`${name}: an equation is computed after those that it reads`, () => {
    const { blocks } = scene(name).scene.head.stage;
    const order = levels(blocks);
    const { acts, length } = score(blocks);
    assert.deepEqual([...acts.keys()].sort(), blocks.map((block) => block.name).sort());
    for (const block of blocks) {
      const act = acts.get(block.name);
      for (const [, read, shift] of signalsOf(block.tree)) {
        if (shift !== 0 || !acts.has(read)) continue;
        assert.ok(order.get(block.name) > order.get(read), `${block.name} after ${read}`);
        assert.ok(act.grow[0] >= acts.get(read).grow[1], `${block.name} grows after ${read}`);
        assert.ok(act.bring[1] <= act.grow[0] && act.bring[0] >= 0);
      }
      assert.ok(act.land[1] <= length && act.grow[0] >= 400 && act.sweep[1] <= act.land[0]);
    }
    assert.ok(length >= 800 && length <= 1900, `${length} ms`);
  });

  test(`${name}: all is as at rest in the end, and blank between`, () => {
    for (const t of [1, 2, scene(name).scene.head.T]) {
      const event = eventOf(name, t);
      const { page } = event.places;
      for (const tile of page.tiles) {
        for (let k = 0; k < tile.h * tile.w; k++) {
          const [r, c] = [Math.floor(k / tile.w), k % tile.w];
          const face = event.face(tile, event.score.length);
          if (face) assert.ok(face.alpha === 1 && Object.is(face.value(r, c), event.scene.cell(tile, r, c)));
        }
        const blank = event.face(tile, event.score.fade[1]);
        const arrived = event.arrivals.get(tile);
        if (blank && !(arrived && progress(arrived, event.score.fade[1]) >= 1)) assert.equal(blank.alpha, 0);
      }
    }
  });

  test(`${name}: every number on the way is one that its function gives`, () => {
    const event = eventOf(name, 2);
    for (const [signal, tile] of event.results) {
      const tree = event.scene.blocks.get(signal).tree;
      if (tree[0] !== "call") continue;
      const n = Math.max(tile.h, tile.w);
      for (let time = 0; time <= event.score.length; time += 7) {
        const face = event.face(tile, time);
        if (face.alpha < 1) continue;
        const column = Array.from({ length: n }, (_, i) => (tile.lying ? face.value(0, i) : face.value(i, 0)));
        const there = column.filter((v) => !Number.isNaN(v));
        if (tree[1] === "sigmoid") assert.ok(there.every((v) => v >= 0 && v <= 1));
        if (tree[1] === "tanh") assert.ok(there.every((v) => v >= -1 && v <= 1));
        if (tree[1] !== "softmax" || !there.length) continue;
        assert.ok(Math.abs(there.reduce((sum, v) => sum + v, 0) - 1) < 1e-6 && there.length === n);
      }
    }
  });

  test(`${name}: a column ends exactly where it is read`, () => {
    const event = eventOf(name, 2);
    const [left, top] = event.places.stage;
    assert.ok(event.flights.length > 1);
    for (const flight of event.flights) {
      const cells = cellsAt(flight, 1);
      const tile = event.places.page.tiles.find(
        (one) => Math.abs(one.x + left - cells[0].x) < 1e-9 && Math.abs(one.y + top - cells[0].y) < 1e-9,
      );
      const spot = event.places.spots.find(({ x, y }) => x === cells[0].x && y === cells[0].y);
      assert.ok(flight.stays ? spot : tile, "a place of the picture");
      if (flight.stays) continue;
      assert.deepEqual(cells, cellsOf({ ...tile, x: tile.x + left, y: tile.y + top }, cells.length, tile.lying));
      for (const [i, v] of flight.numbers.entries())
        assert.ok(Object.is(v, event.scene.cell(tile, tile.lying ? 0 : i, tile.lying ? i : 0)));
      assert.ok(cellsAt(flight, 0.5).every((one) => Object.values(one).every(Number.isFinite)));
    }
  });
}

test("a carried state takes the loop's way", () => {
  const event = eventOf("vanilla", 3);
  const loop = event.places.page.loops[0];
  const flight = event.flights.find(({ track, way }) => track === event.score.carry && way.length === 2);
  assert.ok(flight.way.every(([, y]) => y === loop.low + event.places.stage[1]));
  assert.deepEqual(
    flight.numbers,
    [0, 1, 2].map((i) => event.scene.numbers.signal("h", 2, i)),
  );
});

test("the one column that counts is lit, else one row after another", () => {
  const event = eventOf("vanilla", 3);
  const weights = event.places.page.tiles.filter(({ source }) => source[0] === "weight");
  const tile = (name) => weights.find(({ source }) => source[1] === name);
  const { sweep } = event.score.acts.get("h");
  const at = (p) => sweep[0] + p * (sweep[1] - sweep[0]);
  const third = event.lit(tile("W_xh"), at(0.5));
  assert.equal(Math.round((third.x - tile("W_xh").x) / event.places.page.wide), 2); // hello's third letter is l
  assert.equal(third.height, tile("W_xh").height);
  const rows = [0.1, 0.5, 0.9].map((p) => event.lit(tile("W_hh"), at(p)).y - tile("W_hh").y);
  assert.deepEqual(
    rows.map((y) => Math.round(y / event.places.page.high)),
    [0, 1, 2],
  );
  assert.equal(event.lit(tile("W_hh"), sweep[0]), null);
  assert.equal(event.lit(tile("W_hh"), sweep[1]), null);
});

test("time along a track, its rows, and along a way", () => {
  assert.deepEqual(
    [0, 10, 15, 20, 30].map((time) => progress([10, 20], time)),
    [0, 0, 0.5, 1, 1],
  );
  assert.equal(progress([5, 5], 5), 1);
  assert.deepEqual(
    [0, 2].map((i) => ofRow(0.5, i, 3)),
    [1, 0],
  );
  assert.equal(ofRow(1, 2, 3), 1);
  assert.deepEqual(
    along(
      [
        [0, 0],
        [10, 0],
        [10, 30],
      ],
      0.5,
    ),
    [10, 10],
  );
});
