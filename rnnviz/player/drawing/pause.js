// What a pause of slow motion is about: its rows are framed, products stand in the cells of the matrix, the rest steps
// back, and a function is seen as a dot on its curve.

import { alike } from "../expression.js";
import { drawCell, frame } from "./cells.js";
import { samples } from "./charts.js";
import { isResult, roomBeside, rowOf } from "./layout.js";

/** @import { Page, Tile } from "./layout.js" */
/** @import { Look } from "./look.js" */
/** @import { Part } from "../parts.js" */

/** Rows of a tile that a pause is about: the first one, all, or none. @typedef {"first" | "all" | "none"} Concern */

/**
 * Which rows of a tile a pause is about.
 * @param {Part} now
 * @param {Tile} tile
 * @returns {Concern}
 */
export function concern({ block, part, product, worked, waits }, tile) {
  const { role, source, nth } = tile;
  if (tile.block.name !== block.name || role === "folded") return "none";
  const result = isResult(tile);
  if (part === "whole" || part === "rows") return "all";
  if (part === "product") {
    if (role === "working") return worked.at(-1) === nth && !waits ? "first" : "none";
    if (source[0] === "weight") return source[1] === product?.[1] ? "first" : "none";
    if (result) return block.working ? "none" : "first";
    return product && alike(source, product[2]) ? "all" : "none";
  }
  if (role === "working") return part === "sum" || !block.working?.sum || nth === worked.at(-1) ? "first" : "none";
  return result && part === "result" ? "first" : "none";
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 */
export function drawPause(pen, look, page) {
  const { scene, palette } = look;
  const { part, t } = scene;
  const { accent, background } = palette.theme;
  if (!part) return;
  for (const tile of page.tiles) {
    const about = concern(part, tile);
    const box = about === "first" ? rowOf(page, tile, 0) : tile;
    if (about === "first" && part.product && !part.waits && tile.source[0] === "weight" && !tile.lying) {
      const { product } = part;
      for (const { j, value } of scene.numbers.products(product, 0, t)) drawCell(pen, look, page, tile, [0, j], value);
    }
    pen.globalAlpha = 0.6;
    pen.fillStyle = background;
    pen.beginPath();
    pen.rect(tile.x, tile.y, tile.width, tile.height);
    if (about !== "none") pen.rect(box.x, box.y, box.width, box.height);
    if (about !== "all") pen.fill("evenodd");
    pen.globalAlpha = 1;
    if (about !== "none") frame(pen, box, accent, 2.5, about === "all" ? 1 : -1);
  }
  drawCurve(pen, look, page, part);
}

/**
 * The curve of the function that the row goes through: beside the working, else where there is room.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Part} part
 */
function drawCurve(pen, { scene, palette, width }, page, { block, part, waits }) {
  const { tree } = block;
  const curve = tree[0] === "call" ? scene.head.curves[tree[1]] : undefined;
  if (!curve || tree[0] !== "call") return;
  const beside = [...page.tiles].reverse().sort((a, b) => Number(b.role === "working") - Number(a.role === "working"));
  const box = beside
    .map((tile) => roomBeside(tile, page, width, 150, Math.min(tile.height + 20, 120)))
    .find((room) => room !== null && room.height >= 50);
  if (!box) return;
  const { theme, font } = palette;
  const [operand, n] = [tree[2], scene.numbers.length(block.name)];
  const points = Array.from({ length: n }, (_, i) => [scene.numbers.value(operand, i, scene.t), i]);
  const far = Math.min(curve.reach, Math.max(3, ...points.map(([v]) => Math.ceil(Math.abs(v)))));
  const way = samples(curve, far);
  const values = way.map(([, v]) => v);
  const [low, high] = [Math.min(0, ...values), Math.max(...values)];
  const across = (/** @type {number} */ v) => box.x + ((v + far) / (2 * far)) * box.width;
  const up = (/** @type {number} */ v) => box.y + box.height - ((v - low) / (high - low || 1)) * box.height;
  pen.lineWidth = 1;
  pen.strokeStyle = theme.frame;
  pen.beginPath();
  pen.moveTo(box.x, up(0));
  pen.lineTo(box.x + box.width, up(0));
  pen.moveTo(across(0), box.y);
  pen.lineTo(across(0), box.y + box.height);
  pen.stroke();
  pen.lineWidth = 2;
  pen.strokeStyle = theme.ink;
  pen.beginPath();
  for (const [x, v] of way) pen.lineTo(across(x), up(v));
  pen.stroke();
  pen.fillStyle = theme.ink;
  pen.font = `14px ${font}`;
  pen.textAlign = "left";
  pen.textBaseline = "top";
  pen.fillText(scene.head.functions[tree[1]], box.x, box.y);
  const shown = waits ? [] : part === "result" ? points.slice(0, 1) : part === "rows" || part === "whole" ? points : [];
  pen.fillStyle = theme.accent;
  for (const [v, i] of shown) {
    const [x, y] = [across(Math.max(-far, Math.min(far, v))), up(scene.numbers.value(tree, i, scene.t))];
    pen.beginPath();
    pen.arc(x, y, i ? 3.5 : 6, 0, 2 * Math.PI);
    pen.fill();
  }
}
