// What the core says of some pictures (see dump.py).

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { unpacked } from "../../rnnviz/player/packed.js";
import { Scene } from "../../rnnviz/player/scene.js";
import { State } from "../../rnnviz/player/state.js";

const FOLDER = process.env.RNNVIZ_DUMPED ?? "";

/** @param {string} file */
export const json = (file) => JSON.parse(readFileSync(join(FOLDER, file), "utf-8"));

export const SEQUENCES = [
  "vanilla",
  "lstm",
  "gru",
  "gru_v3",
  "bidirectional",
  "encoder",
  "sampled",
  "changed",
  "measured",
];
const BACKWARD = ["lstm", "gru_v3", "bidirectional", "tree_lstm"];
export const FILMS = ["vanilla", "lstm", "gru"].map((name) => `${name} film`);
export const ALL = [...SEQUENCES, "tree", "tree_lstm", ...BACKWARD.map((name) => `${name} backward`), ...FILMS];

/**
 * A scene, at what its reader chose, and what the core says of it.
 * @param {string} name
 */
export function scene(name, choices = {}) {
  const { head, values } = unpacked(new Uint8Array(readFileSync(join(FOLDER, `${name}.picture`))));
  return {
    scene: new Scene(head, values, new State({ focus: head.stage.focus, level: "numbers", ...choices })),
    told: json(`${name}.json`),
  };
}

/** Whether two numbers are equal as far as float32 goes. */
export function near(found, expected, scale = 1) {
  return Object.is(found, expected) || Math.abs(found - expected) <= 2e-6 * Math.max(1, Math.abs(expected), scale);
}
