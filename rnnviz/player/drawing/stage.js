// The stage: the equations with a heatmap in the place of each symbol.

import { alike } from "../expression.js";
import { Grid } from "../grid.js";
import { turned } from "../scene.js";
import { fill } from "../writing.js";
import { cells, drawCells, fontSize, frame, markBeyond, markChanges, markLit, print } from "./cells.js";
import { clamp } from "./colours.js";
import { contents, easiest } from "./contents.js";
import { arrange, boxOf, compose, heightFor } from "./layout.js";
import { drawPause } from "./pause.js";
import { drawShares } from "./shares.js";

/** @import { Pick } from "../types.js" */
/** @import { Page, Tile } from "./layout.js" */
/** @import { Look } from "./look.js" */
/** @import { Box } from "../motion/flight.js" */

/** @typedef {Pick & { tile?: Tile }} Hit a chosen cell, and the tile that was touched */
/** @import { Form } from "./contents.js" */

const FAINT = ["under", "unit", "between_shape"];

export class Stage {
  #grid;
  /** @type {Page | null} */
  #page = null;

  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.holder = holder;
    this.#grid = new Grid(holder);
  }

  /** Where everything stands, or null before the first picture. */
  get page() {
    return this.#page;
  }

  /**
   * Draw for the present step; `anew` places everything again.
   * @param {Look} look
   * @param {number} height
   * @param {boolean} anew
   */
  draw(look, height, anew) {
    if (anew || !this.#page) this.#page = this.#place(look, height);
    const page = this.#page;
    const { scene, quick } = look;
    const columns = page.x.length - 1;
    const z = Array.from({ length: page.y.length - 1 }, () => new Float32Array(columns).fill(NaN));
    for (const tile of page.tiles) {
      const scale = scene.scale(tile.source);
      for (const [r, c] of cells(tile)) z[tile.row + r][tile.column + c] = clamp(scene.cell(tile, r, c) / scale);
    }
    if (anew || !this.#grid.drawn) {
      const { words } = scene;
      /** @type {Record<string, string>} */
      const terms = { kept: words.kept, written: words.written, here: words.here, through: words.through };
      // Differences are no equation: no sign stands between them.
      const shown = page.marks.filter(({ kind }) => kind !== "operator" || !scene.differs);
      const labels = shown.map((mark) => ({
        ...mark,
        text: mark.text in terms ? terms[mark.text] : mark.opens ? `${mark.text} ▾` : mark.text,
        faint: FAINT.includes(mark.kind),
      }));
      const { x, y } = page;
      const layout = { width: look.width, height: page.height, x, y, gap: page.high < 6 ? 0 : 1, labels };
      this.#grid.draw(look.plotly, { ...layout, arrows: arrows(page) }, z, look.palette);
    } else if (!quick) {
      this.#grid.recolour(look.plotly, z);
    }
    this.#over(look, page, z);
  }

  /**
   * How many pixels it needs, so that its numbers can be read without scrolling; Infinity where they cannot.
   * @param {Look} look
   */
  needs(look) {
    const { sizes } = look.scene;
    const size = least(sizes, READABLE);
    return Math.min(...rowsOf(look).map((rows) => heightFor(rows, look.width, size, sizes)));
  }

  /**
   * @param {Look} look
   * @param {number} height
   * @returns {Page}
   */
  #place(look, height) {
    const { scene, width, beside } = look;
    const { sizes } = scene;
    const narrow = width < PHONE && !beside;
    const rows = rowsOf(look);
    const ways = (/** @type {number} */ high) => rows.map((one) => arrange(one, width, high, sizes));
    const chosen = easiest(ways, narrow ? 1e5 : height, [least(sizes, LARGE), least(sizes, READABLE)], sizes);
    const page = compose(chosen, width, sizes);
    this.holder.style.height = `${narrow ? page.height : Math.max(height, page.height)}px`;
    return page;
  }

  /**
   * What lies over the heatmap: frames, numbers, the chosen symbol, the chosen cell.
   * @param {Look} look
   * @param {Page} page
   * @param {Float32Array[]} z
   */
  #over(look, page, z) {
    const { scene, palette } = look;
    const { theme } = palette;
    const { stage } = scene.head;
    const pen = this.#grid.pen(look.width, page.height);
    const printable = this.numberSize(look) > 0;
    drawRules(pen, look, page);
    for (const tile of page.tiles) {
      if (look.quick) {
        for (const [r, c] of cells(tile)) {
          const v = z[tile.row + r][tile.column + c];
          palette.paint(pen, tile.x + c * page.wide, tile.y + r * page.high, page.wide, page.high, v);
        }
      }
      frame(pen, tile, theme.frame, 1, 0.5);
      if (printable) print(pen, look, page, tile);
      if (printable) markBeyond(pen, look, page, tile);
      if (isChoice(tile, stage.share)) writeChoice(pen, look, tile);
    }
    drawShares(pen, look, page);
    drawPause(pen, look, page);
    if (scene.head.changed) markChanges(pen, look, page);
    markLit(pen, look, page);
    for (const tile of page.tiles) {
      const place = scene.placeOf(tile, scene.state.now.pick);
      if (!place) continue;
      const cell = { x: tile.x + place[1] * page.wide, y: tile.y + place[0] * page.high };
      frame(pen, { ...cell, width: page.wide, height: page.high }, theme.accent, 3, -1);
    }
    const names = stage.blocks.map((block) => block.name).join(", ");
    this.holder.setAttribute("aria-label", fill(scene.words.stage, { t: scene.t, names }));
  }

  /**
   * The part of the picture that stands still while a step moves: all tiles without the numbers of signals.
   * @param {Look} look
   */
  base(look) {
    const page = this.#page;
    if (!page) return;
    const { scene, palette } = look;
    const pen = this.#grid.pen(look.width, page.height);
    drawRules(pen, look, page);
    for (const tile of page.tiles) {
      const still = tile.source[0] === "weight" || tile.source[0] === "vector";
      drawCells(pen, look, page, tile, (r, c) => (still ? scene.cell(tile, r, c) : Number.NaN));
      frame(pen, tile, palette.theme.frame, 1, 0.5);
    }
  }

  /**
   * How large the numbers in cells are, in pixels; 0 where none are printed.
   * @param {Look} look
   */
  numberSize({ scene }) {
    return this.#page ? fontSize(scene, this.#page) : 0;
  }

  /**
   * The cell under the mouse, or null.
   * @param {MouseEvent} event
   * @returns {Hit | null}
   */
  hit(event) {
    const page = this.#page;
    if (!page) return null;
    const box = this.holder.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const inside = (/** @type {Tile} */ tile) =>
      x >= tile.x && x < tile.x + tile.width && y >= tile.y && y < tile.y + tile.height;
    const tile = page.tiles.find(inside);
    if (!tile) return null;
    return chosen(tile, Math.floor((y - tile.y) / page.high), Math.floor((x - tile.x) / page.wide));
  }

  /** The names and operators, and where they stand. */
  get signs() {
    const told = this.#page?.marks.filter(({ kind }) => ["name", "operator", "term"].includes(kind)) ?? [];
    return told.map((mark) => ({ mark, box: boxOf(mark) }));
  }

  /**
   * The sign under the mouse, as HTML, or null.
   * @param {MouseEvent} event
   */
  sign(event) {
    const corner = this.holder.getBoundingClientRect();
    const [px, py] = [event.clientX - corner.left, event.clientY - corner.top];
    const inside = (/** @type {Box} */ { x, y, width, height }) =>
      px >= x && px < x + width && py >= y && py < y + height;
    return this.signs.find(({ box }) => inside(box))?.mark.text ?? null;
  }

  /**
   * The first tile that shows a source, if there is one.
   * @param {Pick["source"]} source
   */
  tileOf(source) {
    const same = (/** @type {Tile} */ tile) =>
      source[0] === "weight" ? tile.source[0] === "weight" && tile.source[1] === source[1] : alike(tile.source, source);
    return this.#page?.tiles.find(same);
  }
}

// Pixels from which on a page is no phone's, and has room for an equation on one line.
const [PHONE, HALF] = [560, 900];
// A number as a part of the window's height: as large as it should be, and as it may be at least.
const [LARGE, READABLE] = [0.02, 0.0165];

/** @param {Look["scene"]["sizes"]} sizes @param {number} part of the window's height */
const least = (sizes, part) => Math.max(sizes.smallest_number, part * window.innerHeight);

/**
 * What stands on the stage, in every way in which it may stand there.
 * @param {Look} look
 */
function rowsOf({ scene, width, beside }) {
  // Where there is half the room, beside another picture or an editor: an equation on one line if that can be read.
  /** @type {Form[]} */
  const forms = beside || (width >= PHONE && width < HALF) ? ["wide", "narrow"] : [width >= HALF ? "wide" : "narrow"];
  return forms.flatMap((one) => contents(scene, one));
}

/**
 * Lines between what stands on the shelves, and which equation of them is the open one.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 */
function drawRules(pen, { palette, width }, { rules, tiles }) {
  pen.strokeStyle = palette.theme.frame;
  pen.lineWidth = 1;
  pen.globalAlpha = 0.6;
  for (const y of rules) {
    pen.beginPath();
    pen.moveTo(0, Math.round(y) + 0.5);
    pen.lineTo(width, Math.round(y) + 0.5);
    pen.stroke();
  }
  pen.globalAlpha = 1;
  const open = new Set(tiles.flatMap(({ role, block }, k) => (role === "equation" && k ? [block.name] : [])));
  for (const tile of tiles) {
    if (tile.role === "folded" && open.has(tile.block.name)) frame(pen, tile, palette.theme.ink, 2, 1.5);
  }
}

/**
 * A cell of a tile as a choice.
 * @param {Tile} tile
 * @param {number} r
 * @param {number} c
 * @returns {Hit}
 */
export function chosen(tile, r, c) {
  const { source, lying } = tile;
  if (source[0] === "weight") {
    const [i, j] = turned(source, r, c);
    return { source: ["weight", source[1]], i, j, tile };
  }
  return { source, i: lying ? c : r, j: 0, tile };
}

/**
 * The cell that a key leads to from the chosen one, the first result where none is; null where nothing is there.
 * @param {Page} page
 * @param {Look["scene"]} scene
 * @param {string} key
 * @returns {Hit | null}
 */
export function neighbour({ tiles }, scene, key) {
  const { pick } = scene.state.now;
  const index = tiles.findIndex((tile) => scene.placeOf(tile, pick));
  const at = index < 0 ? null : scene.placeOf(tiles[index], pick);
  if (!at || key === "Enter") return chosen(tiles[0], 0, 0);
  const tile = tiles[index];
  const down = Number(key === "ArrowDown") - Number(key === "ArrowUp");
  const right = Number(key === "ArrowRight") - Number(key === "ArrowLeft");
  const row = Math.max(0, Math.min(tile.h - 1, at[0] + down));
  const column = at[1] + right;
  if (column >= 0 && column < tile.w) return chosen(tile, row, column);
  const next = tiles[index + right];
  return next ? chosen(next, Math.min(row, next.h - 1), right > 0 ? 0 : next.w - 1) : null;
}

/** The arrows that lead a state back to where it is read. @param {Page} page */
function arrows(page) {
  /** @type {{ x: (number | null)[], y: (number | null)[], heads: [number, number][] }} */
  const made = { x: [], y: [], heads: [] };
  for (const { from, to, low } of page.loops) {
    const x1 = from.x + from.width / 2;
    const x2 = to.x + to.width / 2;
    const end = to.y + to.height;
    made.x.push(x1, x1, x2, x2, null);
    made.y.push(from.y + from.height + 2, low, low, end + 4, null);
    made.heads.push([x2, end + 5]);
  }
  return made;
}

/**
 * Whether the chosen symbol is written below a tile.
 * @param {Tile} tile
 * @param {string | null} share
 */
const isChoice = ({ source, block, role }, share) =>
  Boolean(share) &&
  source[0] === "signal" &&
  source[1] === share &&
  source[2] === 0 &&
  block.name === share &&
  role !== "working";

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Tile} tile
 */
function writeChoice(pen, { scene, palette, width }, tile) {
  const choice = scene.choice(scene.t);
  if (!choice) return;
  pen.fillStyle = palette.theme.ink;
  pen.textBaseline = "top";
  pen.textAlign = "center";
  pen.font = `600 ${scene.sizes.symbol + 2}px ${palette.font}`;
  const trained = scene.head.header?.trained ?? true;
  const text = `${choice.symbol} ${Math.round(100 * choice.p)}%${trained ? "" : ` (${scene.words.untrained})`}`;
  const half = pen.measureText(text).width / 2;
  pen.fillText(text, Math.min(tile.x + tile.width / 2, width - half - 2), tile.y + tile.height + 4);
}
