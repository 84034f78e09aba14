// Where everything on the stage stands: inside it, in square cells, and nothing on anything else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { compose, flow } from "../../rnnviz/player/drawing/layout.js";
import { ALL, scene } from "./dumped.mjs";

/** The blocks of a scene, all spelled out, or only the first. */
function blocks({ head }, form, unfolded) {
  return head.stage.blocks.map((block, k) => {
    const full = k < unfolded;
    const lines = full ? block[form] : block.folded;
    return {
      name: block.name,
      lines: lines.map((line) => ({ ...line, role: full ? "equation" : "folded", full, foot: false, loop: full })),
    };
  });
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
      const form = width >= 560 ? "wide" : "narrow";
      for (const unfolded of [1, run.head.stage.blocks.length]) {
        const page = compose(flow(blocks(run, form, unfolded), width, height, sizes), width, sizes);
        assert.ok(page.cell > 0 && page.cell <= sizes.largest_cell);
        for (const tile of page.tiles) {
          assert.ok(tile.x >= 0 && tile.x + tile.width <= width + 0.01, "inside");
          assert.ok(tile.y >= 0 && tile.y + tile.height <= page.height, "inside");
          assert.ok(
            Math.abs(tile.width - tile.w * page.cell) < 0.01 && Math.abs(tile.height - tile.h * page.cell) < 0.01,
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

test("more room makes larger cells, up to the largest", () => {
  const { scene: run } = scene("vanilla");
  const cell = (width, height) => flow(blocks(run, "wide", 1), width, height, run.head.sizes).cell;
  assert.ok(cell(600, 300) < cell(900, 400));
  assert.equal(cell(5000, 5000), run.head.sizes.largest_cell);
});
