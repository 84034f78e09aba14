// What stands beside the nodes of a tree, numbers and operators: none lies on a node or on another one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { beside } from "../../rnnviz/player/drawing/tree.js";

test("numbers of leaves that stand closely are left out, those of all others stand", () => {
  const graph = { left: [null, null, 1, null, null, 4, 3], operators: Array(7).fill(null) };
  const at = (k, x, y) => ({ k, x, y, width: 20, height: 14 });
  const wide = [
    at(1, 30, 90),
    at(2, 110, 90),
    at(3, 70, 50),
    at(4, 190, 90),
    at(5, 270, 90),
    at(6, 230, 50),
    at(7, 150, 10),
  ];
  assert.deepEqual([...beside(graph, wide, 330).keys()].sort(), [1, 2, 3, 4, 5, 6, 7]);
  const close = wide.map((box) => ({ ...box, x: box.x / 2.2 }));
  const shown = beside(graph, close, 300);
  assert.ok(!(shown.has(2) && shown.has(4)), "2 and 4 would touch");
  for (const k of [3, 6, 7]) assert.ok(shown.has(k));
});

test("an operator stands next to its node, and its number behind it where there is room", () => {
  const graph = { left: [null, null, 1, null, 3], operators: [null, null, "MIN", null, "MAX"] };
  const at = (k, x, y) => ({ k, x, y, width: 20, height: 14 });
  const wide = [at(1, 0, 90), at(2, 120, 90), at(3, 60, 50), at(4, 240, 90), at(5, 150, 10)];
  const shown = beside(graph, wide, 300);
  assert.deepEqual(shown.get(3), { texts: ["MIN", "3"], left: true }, "away from the arrow up to the right");
  assert.deepEqual(shown.get(5), { texts: ["MAX", "5"], left: false });
  const narrow = wide.map((box) => (box.k === 3 ? at(3, 55, 50) : box));
  assert.deepEqual(beside(graph, narrow, 300).get(3).texts, ["MIN"], "no room for its number");
  const edge = wide.map((box) => (box.k === 3 ? at(3, 20, 50) : box));
  assert.equal(beside(graph, edge, 300).get(3).left, false, "the page ends on the left");
  assert.deepEqual(beside(graph, wide, 224).get(5).texts, ["MAX"], "the page ends on the right");
});
