// What a reader chose: one record that others hear of, that can be written, and set from outside.

import assert from "node:assert/strict";
import { test } from "node:test";
import { State } from "../../rnnviz/player/state.js";
import { Time } from "../../rnnviz/player/time.js";
import { scene } from "./dumped.mjs";

test("listeners hear what changed, and nothing where nothing did", () => {
  const state = new State();
  const heard = [];
  const end = state.subscribe((changed) => heard.push([...changed].sort()));
  state.set({ t: 2, view: "after" });
  state.set({ t: 2 });
  state.set({ slow: true, part: 3 });
  end();
  state.set({ t: 5 });
  assert.deepEqual(heard, [["t"], ["part", "slow"]]);
  assert.equal(state.now.t, 5);
});

test("the record is written as JSON, and read again", () => {
  const state = new State({ t: 3, pick: { source: ["signal", "h", 0], i: 1, j: 0 } });
  const again = new State(JSON.parse(JSON.stringify(state)));
  assert.deepEqual(again.now, state.now);
});

test("nobody can change the record but by choosing", () => {
  const state = new State();
  assert.throws(() => {
    state.now.t = 9;
  }, TypeError);
  assert.equal(state.now.t, 1);
});

/** Time over a scene. */
function time(name, choices) {
  const { scene: run } = scene(name, choices);
  const led = [];
  const moved = new Time(run.state, { scene: () => run, lead: (t) => led.push(t), playing: () => {} });
  return { run, moved, led, now: () => run.state.now };
}

test("a step at a time, never beyond the ends", () => {
  const { moved, now } = time("vanilla", { t: 1 });
  for (const [what, t, direction] of [
    ["forward", 2, 1],
    ["last", 5, 1],
    ["forward", 5, 1],
    ["first", 1, -1],
    ["back", 0, -1],
    ["back", 0, -1],
    ["forward", 1, 1],
  ]) {
    moved.do(what);
    assert.deepEqual([now().t, now().direction], [t, direction], what);
  }
});

test("in slow motion a part at a time, through every equation, and back again", () => {
  const { run, moved, now } = time("gru", { t: 1 });
  moved.do("slow");
  const seen = [];
  for (let k = 0; k < 2 * run.parts.length; k++) {
    seen.push([now().t, now().part]);
    assert.equal(now().focus, run.part.block.name);
    moved.do("forward");
  }
  assert.deepEqual(seen[0], [1, 1]);
  assert.deepEqual(seen.at(-1), [2, run.parts.length]);
  for (let k = 0; k < 2 * run.parts.length; k++) {
    moved.do("back");
    assert.deepEqual([now().t, now().part], seen[seen.length - 1 - k]);
  }
  moved.do("slow");
  assert.deepEqual([now().slow, now().part, now().focus], [false, null, run.head.stage.focus]);
});

test("in slow motion from equation to equation, over the end of a step and back", () => {
  const { run, moved, now } = time("lstm", { t: 1 });
  moved.do("skip");
  assert.deepEqual([now().t, now().part], [1, null], "only in slow motion");
  moved.do("slow");
  moved.do("forward");
  const names = run.head.stage.blocks.map((block) => block.name);
  const seen = [];
  for (let k = 0; k < names.length + 1; k++) {
    moved.do("skip");
    seen.push([now().t, run.part.block.name]);
    assert.equal(now().focus, run.part.block.name);
  }
  assert.deepEqual(seen, [...names.slice(1).map((name) => [1, name]), [2, names[0]], [2, names[1]]]);
  moved.do("unskip");
  moved.do("unskip");
  assert.deepEqual([now().t, run.part.block.name], [1, names.at(-1)]);
  moved.go(run.head.T, run.parts.length);
  moved.do("skip");
  assert.deepEqual([now().t, now().part], [run.head.T, run.parts.length]);
});

test("slow motion begins with something to see", () => {
  const { run, moved, now } = time("vanilla", { t: 0 });
  moved.do("slow");
  assert.deepEqual([now().t, now().part, run.part.part], [1, 1, "product"]);
});

test("who follows lets the other lead", () => {
  const { run, moved, led, now } = time("vanilla", { t: 1 });
  run.head.side = { leads: false, name: "", about: "" };
  moved.go(4);
  assert.deepEqual(led, [4]);
  assert.equal(now().t, 1);
});
