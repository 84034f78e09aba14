// The line above the picture: what the network does and what it just did; on a first visit, what to do.

import { escaped, fill, full } from "../writing.js";

/** @import { Scene } from "../scene.js" */

const [LETTER, FULL] = [0.46, 0.92]; // how wide a letter is, about, as a part of its size

/** How wide a text is, about, as a multiple of the size of its letters. @param {string} text */
const wide = (text) => [...text].reduce((sum, letter) => sum + (full(letter) ? FULL : LETTER), 0);

/**
 * What the network did in the step that is shown, or is doing while it moves: the answer is not told before it is there.
 * @param {Scene} scene
 * @param {boolean} moving
 */
export function did(scene, moving = false) {
  const { t, words, head } = scene;
  if (!scene.begun) return head.film ? words.did_begin : words.did_start;
  const x = `<b>${escaped(scene.labelOf(t))}</b>`;
  const choice = moving || !scene.stands("y", t) ? null : scene.choice(t);
  const given = head.timeline.gives[t - 1] || head.timeline.fed[t - 1] || Boolean(head.graph);
  const values = { t, T: head.T, x };
  if (head.film) return fill(words.did_back, values);
  if (!choice) return fill(given ? words.did_read : words.did_write, values);
  const right = head.header?.right[t - 1] ?? null;
  const text = right === null ? words.did_say : right === choice.symbol ? words.did_right : words.did_wrong;
  const said = { said: `<b>${escaped(choice.symbol)}</b>`, p: Math.round(100 * choice.p) };
  return fill(text, { ...values, ...said, right: `<b>${escaped(right ?? "")}</b>` });
}

/** The width that no step goes beyond, as a multiple of the size of letters. @param {Scene} scene */
function longest({ head, words }) {
  const label = Math.max(...head.labels.map(wide));
  const texts = [words.did_start, words.did_read, words.did_say, words.did_right, words.did_wrong, words.hint];
  const filled = (/** @type {string} */ text) => text.replace(/\{(\w+)\}/g, (_, name) => (name === "x" ? "" : "123"));
  return Math.max(...texts.map((text) => wide(filled(text)) + (text.includes("{x}") ? label : 0)));
}

export class Head {
  #box;
  #does;
  #did;
  #used;
  #said = "";

  /**
   * @param {HTMLElement} box
   * @param {boolean} used whether the reader has used a player before
   */
  constructor(box, used) {
    const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (box.querySelector(part));
    this.#box = box;
    this.#does = find(".rv-does");
    this.#did = find(".rv-did");
    this.#used = used;
  }

  /** How many pixels it takes: as many lines as its longest text may need, so that no step moves the picture. */
  get height() {
    return this.#box.offsetHeight;
  }

  /** The reader knows by now what to do; returns whether this is news. */
  use() {
    const news = !this.#used;
    this.#used = true;
    return news;
  }

  /** What the network does, with room for all that it will do. @param {Scene} scene */
  place(scene) {
    const { header } = scene.head;
    this.#box.hidden = !header || Boolean(scene.head.side);
    if (!header) return;
    this.#does.innerHTML = header.does;
    const letters = wide(this.#does.textContent ?? "") + longest(scene);
    const { fontSize, lineHeight } = getComputedStyle(this.#box);
    const lines = Math.ceil((letters * parseFloat(fontSize)) / Math.max(1, this.#box.clientWidth));
    this.#box.style.height = `${Math.ceil(parseFloat(lineHeight) * lines)}px`;
  }

  /**
   * @param {Scene} scene
   * @param {boolean} [moving]
   */
  draw(scene, moving = false) {
    if (this.#box.hidden) return;
    const said = this.#used ? did(scene, moving) : `<span class="rv-hint">${scene.words.hint}</span>`;
    if (said !== this.#said) this.#did.innerHTML = this.#said = said;
  }
}
