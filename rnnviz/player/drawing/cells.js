// The cells of tiles: how they are filled, printed, framed and marked.

import { clamp } from "./colours.js";
import { numberIn, rowOf } from "./layout.js";

/** @import { Page, Tile } from "./layout.js" */
/** @import { Look } from "./look.js" */

/** Every row and column of a tile. @param {Tile} tile @returns {[number, number][]} */
export const cells = ({ h, w }) => Array.from({ length: h * w }, (_, k) => [Math.floor(k / w), k % w]);

/**
 * How large numbers are in the cells of a page, in pixels; 0 where they have no room.
 * @param {Look["scene"]} scene
 * @param {Page} page
 */
export function fontSize(scene, { wide, high }) {
  const { sizes } = scene;
  const { smallest_number: least, largest_number: most } = sizes;
  const size = numberIn(wide, high, sizes);
  return size < least ? 0 : Math.min(most, size);
}

/**
 * The cells of a tile, filled and printed with other numbers than those of rest.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Tile} tile
 * @param {(r: number, c: number) => number} value NaN for none
 */
export function drawCells(pen, look, page, tile, value) {
  for (const [r, c] of cells(tile)) drawCell(pen, look, page, tile, [r, c], value(r, c));
}

/**
 * One cell, filled and printed with a number; NaN for none.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Tile} tile
 * @param {[number, number]} place row and column
 * @param {number} v
 */
export function drawCell(pen, look, page, tile, [r, c], v) {
  const { scene, palette } = look;
  const { wide, high } = page;
  palette.paint(pen, tile.x + c * wide, tile.y + r * high, wide, high, clamp(v / scene.scale(tile.source)));
  const size = fontSize(scene, page);
  if (size > 0 && !Number.isNaN(v)) printCell(pen, look, page, tile, [r, c], v, size);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Tile} tile
 */
export function print(pen, look, page, tile) {
  const { scene } = look;
  const size = fontSize(scene, page);
  for (const [r, c] of cells(tile)) {
    const v = scene.cell(tile, r, c);
    if (!Number.isNaN(v) || scene.computed(tile, tile.lying ? c : r)) printCell(pen, look, page, tile, [r, c], v, size);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Tile} tile
 * @param {[number, number]} place
 * @param {number} v
 * @param {number} size in pixels
 */
function printCell(pen, { scene, palette }, { wide, high }, tile, [r, c], v, size) {
  const text = scene.written(tile.source, v);
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `${size}px ${palette.font}`;
  const room = (0.86 * wide) / pen.measureText(text).width;
  if (room < 1) pen.font = `${size * room}px ${palette.font}`;
  pen.fillStyle = palette.contrast(clamp(v / scene.scale(tile.source)));
  pen.fillText(text, tile.x + (c + 0.5) * wide, tile.y + (r + 0.5) * high + 1);
}

/**
 * A corner where a number goes beyond the end of its colours.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Tile} tile
 */
export function markBeyond(pen, { scene, palette }, { wide, high }, tile) {
  const scale = scene.scale(tile.source);
  for (const [r, c] of cells(tile)) {
    const v = scene.cell(tile, r, c);
    if (!(Math.abs(v) > scale)) continue;
    const [x, y] = [tile.x + (c + 1) * wide - 1, tile.y + (r + 1) * high - 1];
    const size = Math.max(4, high * 0.22);
    pen.fillStyle = palette.contrast(Math.sign(v));
    pen.beginPath();
    pen.moveTo(x, y - size);
    pen.lineTo(x, y);
    pen.lineTo(x - size, y);
    pen.fill();
  }
}

/**
 * A corner on every number that the reader set: a weight or a state that was another, a signal that is held.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 */
export function markChanges(pen, { scene, palette }, { tiles, wide, high }) {
  pen.fillStyle = palette.theme.accent;
  for (const tile of tiles) {
    for (const [r, c] of cells(tile)) {
      if (!isSet(scene, tile, r, c)) continue;
      const x = tile.x + (c + 1) * wide - 1;
      const y = tile.y + r * high + 1;
      const size = Math.max(5, high * 0.24);
      pen.beginPath();
      pen.moveTo(x - size, y);
      pen.lineTo(x, y);
      pen.lineTo(x, y + size);
      pen.fill();
    }
  }
}

/**
 * Whether the reader set this number.
 * @param {Look["scene"]} scene
 * @param {Tile} tile
 * @param {number} r
 * @param {number} c
 */
function isSet(scene, { source, lying }, r, c) {
  const { numbers, t } = scene;
  const differs = (/** @type {() => number} */ read) => numbers.as("after", read) !== numbers.as("before", read);
  if (source[0] === "weight") return differs(() => numbers.weight(source[1], r, c, t));
  const i = lying ? c : r;
  if (source[0] === "vector") return differs(() => numbers.weight(source[1], i, 0, t));
  if (source[0] !== "signal") return false;
  const at = numbers.step(t, source[2]);
  const given = source[1] === "x" || at === null || at < 1 || at > scene.head.T;
  return given ? differs(() => numbers.signal(source[1], at, i)) : scene.heldAt(source[1], at, i);
}

/**
 * Frames of the numbers that made the chosen one, fainter than that of the chosen cell; all others step back.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 */
export function markLit(pen, { scene, lit, palette }, page) {
  const { pick } = scene.state.now;
  if (!pick || !lit.size) return;
  const { accent, background } = palette.theme;
  for (const tile of page.tiles) {
    const rows = lit.get(JSON.stringify(tile.source));
    const mine = scene.placeOf(tile, pick)?.[tile.lying ? 1 : 0];
    if (rows === null) {
      pen.globalAlpha = 0.7;
      frame(pen, tile, accent, 2, -1);
    } else {
      for (let i = 0; i < (tile.lying ? tile.w : tile.h); i++) {
        const box = rowOf(page, tile, i);
        const framed = rows?.has(i);
        pen.globalAlpha = framed ? 0.7 : 0.6;
        pen.fillStyle = background;
        if (framed) frame(pen, box, accent, 2, -1);
        else if (i !== mine) pen.fillRect(box.x, box.y, box.width, box.height);
      }
    }
    pen.globalAlpha = 1;
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{ x: number, y: number, width: number, height: number }} box
 * @param {string} colour
 * @param {number} width
 * @param {number} aside
 */
export function frame(pen, box, colour, width, aside) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.strokeRect(box.x - aside, box.y - aside, box.width + 2 * aside, box.height + 2 * aside);
}
