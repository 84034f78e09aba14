// Where everything on the stage stands: inside it, in cells of one size, nothing on anything else, and everything at one place.

import assert from "node:assert/strict";
import { test } from "node:test";
import { contents, easiest } from "../../rnnviz/player/drawing/contents.js";
import { arrange, compose, heightFor, numberIn, shortened } from "../../rnnviz/player/drawing/layout.js";
import { dated, place } from "../../rnnviz/player/drawing/plan.js";
import { ALL, scene } from "./dumped.mjs";

/** Every way to lay out a scene, and the one that is chosen. */
function pages(run, width, height) {
  const { sizes } = run.head;
  const rows = contents(run, width >= 560 ? "wide" : "narrow");
  const ways = (high) => rows.map((one) => arrange(one, width, high, sizes));
  return { all: ways(height), chosen: compose(easiest(ways, height, [14, 12], sizes), width, sizes) };
}

/** Whether two boxes share more than a rim. */
const overlap = (a, b) =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 0.01 &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 0.01;

for (const name of ALL) {
  for (const [width, height] of [
    [1000, 400],
    [1300, 620],
    [640, 300],
    [350, 1e5],
  ]) {
    test(`${name} at ${width} x ${height}`, () => {
      const { scene: run } = scene(name);
      const { sizes } = run.head;
      const { all, chosen } = pages(run, width, height);
      for (const page of [...all.map((way) => compose(way, width, sizes)), chosen]) {
        assert.ok(page.high > 0 && page.wide >= page.high && page.wide <= sizes.largest_cell);
        for (const tile of page.tiles) {
          assert.ok(tile.x >= 0 && tile.x + tile.width <= width + 0.01, "inside");
          assert.ok(tile.y >= 0 && tile.y + tile.height <= page.height, "inside");
          assert.ok(
            Math.abs(tile.width - tile.w * page.wide) < 0.01 && Math.abs(tile.height - tile.h * page.high) < 0.01,
          );
          assert.ok(
            Math.abs(page.x[tile.column] - tile.x) < 0.01 && Math.abs(page.y[tile.row] - tile.y) < 0.01,
            "on the grid",
          );
        }
        for (const [k, one] of page.tiles.entries()) {
          for (const other of page.tiles.slice(k + 1))
            assert.ok(!overlap(one, other), `${one.source} on ${other.source}`);
        }
        for (const { x, y } of page.marks) assert.ok(x >= -30 && x <= width + 30 && y >= 0 && y <= page.height);
        assert.deepEqual(
          [...page.y].sort((a, b) => a - b),
          page.y,
          "rows from top to bottom",
        );
      }
    });
  }
}

for (const name of ALL) {
  test(`${name}: whatever equation is open, and at whatever pause, every other tile keeps its place`, () => {
    const { scene: first } = scene(name, { t: 2 });
    const { belt, focus, blocks } = first.head.stage;
    assert.ok(blocks.some((block) => block.name === belt.name) && (focus !== belt.name || blocks.length === 1));
    const seen = new Set();
    for (const block of blocks) {
      const { scene: run } = scene(name, { t: 2, focus: block.name });
      const { chosen } = pages(run, 980, 420);
      const still = chosen.tiles.filter(({ role, block: one }) => role === "folded" || one.name === belt.name);
      seen.add(JSON.stringify([chosen.wide, chosen.high, chosen.height, still.map(({ x, y }) => [x, y])]));
    }
    assert.equal(seen.size, 1);
    const slow = new Set();
    for (let part = 1; part <= first.parts.length; part++) {
      const { block } = first.parts[part - 1];
      const { scene: run } = scene(name, { t: 2, slow: true, part, focus: block.name });
      const { chosen } = pages(run, 980, 420);
      const still = chosen.tiles.filter(
        ({ role, block: one }) => role === "folded" || (one.name === belt.name && role !== "working"),
      );
      slow.add(JSON.stringify([chosen.wide, chosen.high, chosen.height, still.map(({ x, y }) => [x, y])]));
    }
    assert.equal(slow.size, 1);
  });
}

test("more room makes larger numbers, up to the largest cell", () => {
  const { scene: run } = scene("vanilla");
  const size = (width, height) => {
    const [way] = pages(run, width, height).all;
    return numberIn(way.wide, way.high, run.head.sizes);
  };
  assert.ok(size(700, 400) < size(900, 400) && size(900, 250) < size(900, 400));
  assert.equal(pages(run, 5000, 5000).chosen.high, run.head.sizes.largest_cell);
});

test("in the height that a stage needs its numbers can be read, in less they cannot", () => {
  for (const name of ALL) {
    const { scene: run } = scene(name);
    const { sizes } = run.head;
    const rows = contents(run, "wide");
    const ways = (high) => rows.map((one) => arrange(one, 1300, high, sizes));
    const need = Math.min(...rows.map((one) => heightFor(one, 1300, 12, sizes)));
    const seen = (height) =>
      ways(height).some((one) => {
        const tall = one.parts
          .filter(({ below }) => !below)
          .reduce((sum, part) => sum + part.fixed + part.rows * one.high, 8);
        return tall <= height + 1 && numberIn(one.wide, one.high, sizes) >= 12 - 1e-6;
      });
    if (Number.isFinite(need)) assert.ok(seen(need + 1) && !seen(need - 4), name);
    else assert.ok(!seen(1e5), name);
  }
});

test("a name that is too long keeps what tells it from the others", () => {
  const columns = ["precipitation", "temp_max", "temp_min", "wind"];
  const cut = columns.map((name) => shortened(name, 36, 12, columns));
  assert.deepEqual(cut, ["pre…", "…max", "…min", "wind"]);
  assert.equal(shortened("h", 2, 12), "h");
  assert.equal(shortened("한국어", 100, 12), "한국어");
});

test("dates stand in two parts, other labels whole", () => {
  const labels = (all) => dated({ head: { labels: all, stage: { share: null }, graph: null } });
  assert.deepEqual(labels(["2016-01-30", "2016-01-31", "2016-02-01"]), [
    ["2016-01", "30"],
    ["2016-01", "31"],
    ["2016-02", "01"],
  ]);
  assert.equal(labels(["1", "2", "3"]), null);
  assert.equal(labels(["2016-01-30", "later"]), null);
  assert.equal(dated({ head: { labels: ["a-1", "a-2"], stage: { share: "p" }, graph: null } }), null);
});

test("the second line of dates stands below the first, on the network over time too", () => {
  const { scene: run } = scene("measured");
  const { T } = run.head;
  const labels = Array.from({ length: T }, (_, k) => `2016-01-${10 + k}`);
  for (const network of [null, run.head.network]) {
    const head = { ...run.head, labels, network };
    const plan = place({ scene: Object.create(run, { head: { value: head } }), width: 900 }, 330, 0, T + 1);
    assert.equal(plan.dates.length, T);
    assert.ok(plan.heads - plan.letters >= 13 && plan.heads <= plan.bottom);
    const last = plan.bands.filter(({ strip }) => !strip).at(-1);
    assert.ok(plan.letters - 17 >= last.start + last.tall, "below the bands");
  }
});
