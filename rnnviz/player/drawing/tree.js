// The tree of a sentence: its words at the bottom, the root on top, in every node the numbers of its state.

import { Grid } from "../grid.js";
import { fill } from "../writing.js";
import { clamp } from "./colours.js";
import { arrow, fit } from "./pen.js";
import { markAsked } from "./timeline.js";

/** @import { Pick, TreeRecord } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Look } from "./look.js" */
/** @import { Pen, Point } from "./pen.js" */
/** @import { Box, Spot } from "./timeline.js" */

const MARGIN = 14; // pixels beside the outermost words
const WIDEST = 26; // pixels of a node
const TALLEST = 72;
const ASIDE = 9; // from a node to what stands beside it, outside of its frame

/**
 * Where every node stands, in pixels, and how large all of them are.
 * @typedef {object} TreePlan
 * @property {number[]} x
 * @property {number[]} y
 * @property {number} pitch
 * @property {number} width
 * @property {number} tall
 * @property {boolean} lean whether words lean
 * @property {number} height
 * @property {number} words where words begin
 */

/** Stands in the place of the timeline, and answers the same questions. */
export class Tree {
  #grid;
  /** @type {TreePlan | null} */
  #plan = null;

  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.holder = holder;
    this.#grid = new Grid(holder);
  }

  /** Where everything stands, or null before the first picture. */
  get plan() {
    return this.#plan;
  }

  /**
   * How many pixels it takes of those that are left below the bar, at least and at most: deep trees more.
   * @param {Scene} scene
   * @param {number} left
   * @returns {[number, number]}
   */
  room(scene, left) {
    const levels = Math.max(...treeOf(scene).y) + 1;
    const most = Math.max(170, Math.min(left * (levels > 10 ? 0.5 : 0.42), (90 + 46 * levels) * scene.growth));
    return [Math.min(most, (60 + 22 * levels) * scene.growth), most];
  }

  /**
   * Draw for the present step; `anew` places everything again.
   * @param {Look} look
   * @param {number} height
   * @param {boolean} anew
   */
  draw(look, height, anew, framed = true) {
    if (anew || !this.#plan) this.#plan = place(look, height, this.#grid.pen(look.width, height));
    this.holder.style.height = `${this.#plan.height}px`;
    this.#grid.clear(look.plotly, look.width, this.#plan.height);
    this.over(look, framed);
  }

  /**
   * The frame around a node, or null where there is none.
   * @param {number} t
   */
  frame(t) {
    const plan = this.#plan;
    if (!plan || t < 1) return null;
    const aside = Math.min(5, 0.25 * plan.width + 1);
    const [x, y] = [plan.x[t - 1] - plan.width / 2 - aside, plan.y[t - 1] - plan.tall / 2 - aside];
    return { x, y, width: plan.width + 2 * aside, height: plan.tall + 2 * aside };
  }

  /**
   * The box of every node.
   * @param {Scene} scene
   * @returns {Box[]}
   */
  shown(scene) {
    const plan = this.#plan;
    if (!plan) return [];
    const { x, y, width, tall } = plan;
    const name = signalOf(scene);
    return x.map((middle, k) => ({ name, k: k + 1, x: middle - width / 2, y: y[k] - tall / 2, width, height: tall }));
  }

  /**
   * @param {Look} look
   * @param {boolean} [framed] whether the present node has its frame; a motion draws it elsewhere
   */
  over(look, framed = true) {
    const plan = this.#plan;
    if (!plan) return;
    const { scene, palette } = look;
    const { theme } = palette;
    const { t, numbers } = scene;
    const boxes = this.shown(scene);
    const pen = this.#grid.pen(look.width, plan.height);
    const signal = signalOf(scene);
    for (const k of boxes.keys()) {
      for (const side of /** @type {const} */ (["l", "r"])) {
        const child = numbers.step(k + 1, side);
        if (child === null) continue;
        const now = k + 1 === t;
        const known = scene.known(treeOf(scene).signal, k + 1);
        const colour = now ? theme.accent : known ? theme.ink : theme.faint;
        arrow(pen, between(plan, child - 1, k), colour, now ? 2.2 : 1.2);
      }
    }
    pen.lineWidth = 1;
    const n = numbers.length(signal);
    const scale = scene.scale(["signal", signal, 0]);
    for (const box of boxes) {
      const known = scene.known(signal, box.k);
      const row = box.height / n;
      pen.fillStyle = theme.background;
      pen.fillRect(box.x, box.y, box.width, box.height);
      for (let i = 0; i < n; i++) {
        const v = known ? clamp(numbers.signal(signal, box.k, i) / scale) : Number.NaN;
        palette.paint(pen, box.x, box.y + i * row, box.width + (box.width > 6 ? 1 : 0), row, v);
      }
      pen.strokeStyle = theme.frame;
      pen.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
    }
    write(pen, look, plan, boxes);
    markAsked(pen, look, boxes);
    const around = framed && this.frame(t);
    if (around) {
      pen.strokeStyle = theme.accent;
      pen.lineWidth = 2.5;
      pen.strokeRect(around.x, around.y, around.width, around.height);
    }
    const { T, labels } = scene.head;
    const said = { t, T, symbol: labels[t - 1] ?? "", names: signal };
    this.holder.setAttribute("aria-label", fill(scene.words.timeline, said));
  }

  /**
   * The number under the mouse, or null.
   * @param {MouseEvent} event
   * @param {Scene} scene
   * @returns {Spot | null}
   */
  spot(event, scene) {
    const plan = this.#plan;
    if (!plan) return null;
    const { x, y } = this.#inside(event);
    const near = plan.width < 12 ? 4 : 0;
    const found = this.shown(scene).find(
      (one) => x >= one.x - near && x < one.x + one.width + near && y >= one.y && y < one.y + one.height,
    );
    if (!found) return null;
    const n = scene.numbers.length(found.name);
    return { name: found.name, k: found.k, i: Math.min(n - 1, Math.floor(((y - found.y) / found.height) * n)) };
  }

  /**
   * The leaf of the word that was clicked, or null.
   * @param {MouseEvent} event
   * @param {Scene} scene
   * @param {MouseEvent} [_] where a drag began
   * @returns {number | null}
   */
  stepAt(event, scene, _) {
    const plan = this.#plan;
    const { x, y } = this.#inside(event);
    if (!plan || y < plan.words) return null;
    const { words: leaves } = treeOf(scene);
    const distance = (/** @type {number} */ k) => (leaves[k] === null ? Infinity : Math.abs(plan.x[k] - x));
    return plan.x.map((_, k) => k).reduce((best, k) => (distance(k) < distance(best) ? k : best)) + 1;
  }

  /** @param {MouseEvent} event */
  #inside(event) {
    const box = this.holder.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  /** A tree shows words only. */
  sign() {
    return null;
  }

  /**
   * The number under the mouse, as a choice relative to the present step, or null where it is not known.
   * @param {MouseEvent} event
   * @param {Scene} scene
   * @returns {Pick | null}
   */
  hit(event, scene) {
    const spot = this.spot(event, scene);
    return spot && scene.known(spot.name, spot.k) ? { source: scene.from(spot.name, spot.k), i: spot.i, j: 0 } : null;
  }
}

/** @param {Scene} scene */
const treeOf = (scene) => /** @type {TreeRecord} */ (scene.head.graph);

/** What the nodes show: their state, or how much it changed. @param {Scene} scene */
function signalOf(scene) {
  const { ripple } = scene.head;
  return scene.numbers.view === "difference" && ripple ? ripple.name : treeOf(scene).signal;
}

/**
 * Where every node stands, and how large all of them can be without touching.
 * @param {Look} look
 * @param {number} height
 * @param {Pen} pen
 * @returns {TreePlan}
 */
function place({ scene, palette, width: page }, height, pen) {
  const { growth } = scene;
  const graph = treeOf(scene);
  const texts = graph.words.filter((word) => word !== null);
  const levels = Math.max(...graph.y);
  pen.font = `${15 * growth}px ${palette.font}`;
  const widest = Math.max(...texts.map((word) => pen.measureText(word).width));
  const pitch = Math.min(150 * growth, (page - 2 * MARGIN) / texts.length);
  // Long words lean, so that each can be read.
  const lean = widest > pitch - 6;
  const foot = lean ? Math.min(0.24 * height, 0.8 * Math.min(widest, 90 * growth) + 16) : 24 * growth;
  const left = (page - pitch * texts.length) / 2;
  const x = graph.x.map((column) => left + (column + 0.5) * pitch);
  const room = height - foot - 12; // the frame of the root keeps inside
  const stand = (/** @type {number} */ tall) =>
    graph.y.map((level) => 8 + tall / 2 + (levels ? (1 - level / levels) * (room - tall) : room - tall));
  // Children clear of their parent, if that leaves a node some height; else only clear of what stands above them.
  const clear = levels ? (room - 14 * levels) / (levels + 1) : room;
  const sized = (/** @type {number} */ width) => {
    let tall = Math.min(TALLEST * growth, clear >= 16 ? clear : 0.3 * room);
    let y = stand(tall);
    const touch = (/** @type {number} */ a, /** @type {number} */ b) =>
      Math.abs(x[a] - x[b]) < width + 3 && Math.abs(y[a] - y[b]) < tall + Math.min(10, 0.25 * tall);
    const crowded = () => x.some((_, a) => x.some((__, b) => b > a && touch(a, b)));
    while (tall > 2 && crowded()) {
      tall *= 0.92;
      y = stand(tall);
    }
    return { tall, y, width };
  };
  const wide = sized(Math.max(2, Math.min(WIDEST * growth, 0.45 * pitch)));
  const slim = wide.tall < 16 ? sized(Math.max(2, 0.2 * pitch)) : wide;
  const { tall, y, width } = slim.tall > 1.5 * wide.tall ? slim : wide;
  return { x, y, pitch, width, tall, lean, height, words: height - foot + 2 };
}

/**
 * The line from one box up to another, from edge to edge.
 * @param {TreePlan} plan
 * @param {number} below
 * @param {number} above
 * @returns {Point[]}
 */
function between({ x, y, width, tall }, below, above) {
  const [x1, y1, x2, y2] = [x[below], y[below], x[above], y[above]];
  const far = Math.max(Math.abs(x2 - x1), 1e-6);
  const high = Math.max(Math.abs(y2 - y1), 1e-6);
  const part = (/** @type {number} */ aside) => Math.min((width / 2 + aside) / far, (tall / 2 + aside) / high, 0.45);
  const out = part(1);
  const into = 1 - part(3);
  return [
    [x1 + out * (x2 - x1), y1 + out * (y2 - y1)],
    [x1 + into * (x2 - x1), y1 + into * (y2 - y1)],
  ];
}

/**
 * What stands beside a node, beginning next to it.
 * @typedef {{ texts: string[], left: boolean }} Aside
 */
/**
 * What has room beside the nodes, on no node and on nothing else: operators first, then numbers. A text stands away from
 * the arrow up, or else on the other side.
 * @param {TreeRecord} graph
 * @param {Box[]} boxes
 * @param {number} page how wide it is
 * @param {number} [growth]
 * @returns {Map<number, Aside>} by node
 */
export function beside(graph, boxes, page, growth = 1) {
  /** @type {Map<number, Aside>} */
  const found = new Map();
  /** @type {{ k: number, left: number, right: number, y: number }[]} */
  const taken = boxes.map(({ x, width, y }) => ({ k: 0, left: x, right: x + width, y }));
  /** @param {Box} box @param {string[]} texts @param {boolean} left */
  const put = ({ k, x, y, width }, texts, left) => {
    const operator = graph.operators[k - 1];
    const wide = texts.reduce((sum, text) => sum + reach(text, text === operator, growth), 2);
    const at = left ? x - ASIDE - wide : x + width + ASIDE;
    const clash = taken.some(
      (one) => one.k !== k && Math.abs(one.y - y) < 16 * growth && at < one.right + 3 && at + wide > one.left - 3,
    );
    if (clash || at < 0 || at + wide > page) return false;
    taken.push({ k, left: at, right: at + wide, y });
    found.set(k, { texts, left });
    return true;
  };
  const down = [...boxes].reverse();
  for (const box of down) {
    const operator = graph.operators[box.k - 1];
    const away = graph.left.includes(box.k);
    if (operator && !put(box, [operator], away)) put(box, [operator], !away);
  }
  for (const box of down) {
    const operator = found.get(box.k);
    if (operator) put(box, [...operator.texts, String(box.k)], operator.left);
    else put(box, [String(box.k)], graph.left.includes(box.k));
  }
  return found;
}

/** How many pixels a text beside a node takes, about. @param {string} text @param {boolean} operator @param {number} growth */
const reach = (text, operator, growth) => (operator ? 11 * text.length + 6 : 8 * text.length) * growth;

/**
 * Words below their leaves, and beside each node when its turn comes.
 * @param {Pen} pen
 * @param {Look} look
 * @param {TreePlan} plan
 * @param {Box[]} boxes
 */
function write(pen, { scene, palette, width: page }, plan, boxes) {
  const graph = treeOf(scene);
  const { theme, font } = palette;
  const { growth } = scene;
  const every = Math.ceil(11 / plan.pitch);
  const told = beside(graph, boxes, page, growth);
  let leaf = 0;
  for (const { k, x, y, width, height } of boxes) {
    const now = k === scene.t;
    const word = graph.words[k - 1];
    const middle = x + width / 2;
    pen.textBaseline = "middle";
    const operator = graph.operators[k - 1];
    const here = told.get(k) ?? (now ? { texts: [operator ?? String(k)], left: graph.left.includes(k) } : null);
    let at = here?.left ? x - ASIDE : x + width + ASIDE;
    for (const text of here?.texts ?? []) {
      const strong = text === operator;
      pen.fillStyle = now ? theme.accent : strong ? theme.ink : theme.faint;
      pen.textAlign = here?.left ? "right" : "left";
      pen.font = `${now || strong ? 700 : 400} ${(strong ? 15 : 13) * growth}px ${font}`;
      pen.fillText(text, at, y + (word === null ? Math.min(8, Math.max(1, height / 2 - 9)) : Math.min(8, height / 2)));
      at += (pen.measureText(text).width + 6) * (here?.left ? -1 : 1);
    }
    if (word === null || (leaf++ % every && !now)) continue;
    pen.fillStyle = now ? theme.accent : theme.ink;
    pen.save();
    if (plan.lean) {
      pen.translate(middle, plan.words + 6);
      pen.rotate(-Math.PI / 3.2);
      pen.textAlign = "right";
      fit(pen, word, [4, 0], 96 * growth, Math.min(15 * growth, Math.max(9, plan.pitch)), now, font);
    } else {
      pen.textAlign = "center";
      pen.textBaseline = "top";
      fit(pen, word, [middle, plan.words], plan.pitch, 16 * growth, now, font);
    }
    pen.restore();
  }
}
