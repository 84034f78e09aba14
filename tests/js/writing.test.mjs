// Numbers and names are written as in Python, by one table of examples.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { brief, constant, escaped, fill, named, shifted, show, split, stepText } from "../../rnnviz/player/writing.js";

const TABLE = JSON.parse(readFileSync(new URL("../writing.json", import.meta.url), "utf-8"));

test("what was computed has two decimals and a true minus", () => {
  for (const { value, text } of TABLE.numbers) assert.equal(show(Number(value)), text, value);
});

test("what may be whole has no decimals where it is", () => {
  for (const { value, text } of TABLE.whole) assert.equal(show(Number(value), true), text, value);
});

test("the picture may have more decimals", () => {
  const many = [-0.9308, 0.5, 148.37, 12345.6, 1].map((v) => show(v, false, 4));
  assert.deepEqual(many, ["\u22120.9308", "0.5000", "148.37", "1.23e4", "1.0000"]);
  assert.equal(show(1, true, 6), "1");
});

test("a number of the notation stands as it is, to six digits", () => {
  for (const { value, text } of TABLE.constants) assert.equal(constant(Number(value)), text, value);
});

test("a name has what follows its letter below the line", () => {
  for (const { name, index, parts, html } of TABLE.names) {
    const { stem, below } = split(name, index);
    assert.deepEqual([stem, below], parts);
    assert.equal(named(name, index), html);
  }
});

test("a signal has its step below the line", () => {
  for (const { name, shift, step, html } of TABLE.signals) {
    assert.equal(shifted(shift), step);
    assert.equal(named(name, shifted(shift)), html);
  }
});

test("markup is escaped, placeholders are filled, labels are cut", () => {
  assert.equal(escaped('<b>"&'), "&lt;b&gt;&quot;&amp;");
  assert.equal(named("<b>"), "<i>&lt;b&gt;</i>");
  assert.equal(fill("{a} of {b}: {a}", { a: 1, b: "x" }), "1 of x: 1");
  assert.equal(stepText(-2), "\u22122");
  assert.equal(brief("0123456789"), "0123456789");
  assert.equal(brief("01234567890"), "012345678…");
});
