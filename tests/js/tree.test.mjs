// The numbers beside the nodes of a tree: none lies on a node or on another number.

import assert from "node:assert/strict";
import { test } from "node:test";
import { numbers } from "../../rnnviz/player/drawing/tree.js";

test("numbers of leaves that stand closely are left out, those of all others stand", () => {
  const graph = { left: [null, null, 1, null, null, 4, 3] };
  const at = (k, x, y) => ({ k, x, y, width: 20, height: 14 });
  const wide = [
    at(1, 0, 90),
    at(2, 80, 90),
    at(3, 40, 50),
    at(4, 160, 90),
    at(5, 240, 90),
    at(6, 200, 50),
    at(7, 120, 10),
  ];
  assert.deepEqual([...numbers(graph, wide)].sort(), [1, 2, 3, 4, 5, 6, 7]);
  const close = wide.map((box) => ({ ...box, x: box.x / 2.2 }));
  const shown = numbers(graph, close);
  assert.ok(!(shown.has(2) && shown.has(4)), "2 and 4 would touch");
  for (const k of [3, 6, 7]) assert.ok(shown.has(k));
});
