// Slow motion: how many pauses a step has, what each brings, and that what it brings is what it is about.

import assert from "node:assert/strict";
import { test } from "node:test";
import { contents } from "../../rnnviz/player/drawing/contents.js";
import { arrange, compose } from "../../rnnviz/player/drawing/layout.js";
import { concern } from "../../rnnviz/player/drawing/pause.js";
import { cellsAt } from "../../rnnviz/player/motion/flight.js";
import { Pause } from "../../rnnviz/player/motion/pause.js";
import { ALL, scene } from "./dumped.mjs";

/** A run at a pause, with its page. */
function at(name, part) {
  const { scene: first } = scene(name, { t: 2 });
  const focus = first.parts[part - 1].block.name;
  const { scene: run } = scene(name, { t: 2, slow: true, part, focus });
  const { sizes } = run.head;
  const page = compose(arrange(contents(run, "wide")[0], 1300, 620, sizes), 1300, sizes);
  return { run, page };
}

/** Every number of a page, NaN where there is none yet. */
const shown = (run, { tiles }) =>
  tiles.map((tile) =>
    Array.from({ length: tile.h * tile.w }, (_, k) => run.cell(tile, Math.floor(k / tile.w), k % tile.w)),
  );

for (const name of ALL) {
  test(`${name}: at most twelve pauses, each equation in its turn, the first one in full`, () => {
    const { scene: run } = scene(name, { t: 2 });
    const blocks = run.head.stage.blocks.filter((block) => run.computes(block.name, 2));
    assert.ok(run.parts.length <= Math.max(12, blocks.length));
    assert.deepEqual([...new Set(run.parts.map(({ block }) => block))], blocks);
    for (const block of blocks) {
      const own = run.parts.filter((part) => part.block === block);
      assert.deepEqual(
        own.map(({ last }) => last),
        own.map((_, k) => k === own.length - 1),
      );
      const order = ["product", "sum", "result", "rows", "whole"];
      const places = own.map(({ part }) => order.indexOf(part));
      assert.deepEqual(
        places,
        [...places].sort((a, b) => a - b),
      );
    }
  });

  test(`${name}: each pause brings numbers, takes none away, and frames what it brings`, () => {
    const count = scene(name).scene.parts.length;
    for (let k = 1; k <= count; k++) {
      const { run, page } = at(name, k);
      const [before, after] = [shown(run.waiting(), page), shown(run, page)];
      let brought = 0;
      for (const [i, tile] of page.tiles.entries()) {
        const news = after[i].flatMap((v, j) => (Number.isNaN(before[i][j]) && !Number.isNaN(v) ? [j] : []));
        assert.ok(
          before[i].every((v, j) => Number.isNaN(v) || Object.is(v, after[i][j])),
          "nothing leaves",
        );
        brought += news.length;
        if (!news.length || tile.role === "folded" || tile.block.name !== run.part.block.name) continue;
        const about = concern(run.part, tile);
        if (
          tile.role === "working" ||
          tile === page.tiles.find((one) => one.source[1] === tile.block.name && one.source[2] === 0)
        )
          assert.notEqual(about, "none", `${tile.source} in ${run.part.part} of ${tile.block.name}`);
      }
      if (run.head.timeline.ahead.includes(run.part.block.name)) continue; // was there all the time
      assert.ok(brought > 0, `pause ${k} brings nothing`);
      assert.equal(run.known(run.part.block.name, 2), run.part.last);
    }
  });

  test(`${name}: what travels to a pause ends in the row that it makes`, () => {
    const count = scene(name).scene.parts.length;
    for (let k = 1; k <= count; k++) {
      const { run, page } = at(name, k);
      const event = new Pause(run, run.part, { page, spots: [], stage: [7, 150], size: 14 });
      const { length } = event.score;
      assert.ok(length >= 400 && length <= 1300);
      for (const flight of event.flights) {
        assert.ok(flight.track[0] >= 0 && flight.track[1] <= length);
        assert.deepEqual(cellsAt(flight, 1), flight.to);
        assert.ok(flight.numbers.every((v) => !Number.isNaN(v)));
      }
      for (const tile of page.tiles) {
        const face = event.face(tile, length);
        if (!face) continue;
        for (let i = 0; i < tile.h * tile.w; i++) {
          const [r, c] = [Math.floor(i / tile.w), i % tile.w];
          assert.ok(Object.is(face.value(r, c), run.cell(tile, r, c)));
        }
      }
    }
  });
}

test("an LSTM has twelve pauses, five of them for the first gate", () => {
  const { scene: run } = scene("lstm", { t: 2 });
  assert.equal(run.parts.length, 12);
  assert.deepEqual(
    run.parts.slice(0, 6).map(({ block, part }) => [block.name, part]),
    [
      ["i", "product"],
      ["i", "product"],
      ["i", "sum"],
      ["i", "result"],
      ["i", "rows"],
      ["f", "whole"],
    ],
  );
});
