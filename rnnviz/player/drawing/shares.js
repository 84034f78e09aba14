// Softmax as what it is, beside its equation: exp of each score as a number and as a bar, and the sum of all of them.

import { alike } from "../expression.js";
import { Sums } from "../sums.js";
import { fontSize } from "./cells.js";
import { isResult, roomBeside } from "./layout.js";

/** @import { Look } from "./look.js" */
/** @import { Page } from "./layout.js" */

const DIGITS = 4; // significant ones, as in an answer
const BAR = 120; // pixels of the longest bar
const SUM = 1.5; // rows that the sum takes below

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 */
export function drawShares(pen, { scene, palette, width }, page) {
  const size = fontSize(scene, page);
  for (const result of page.tiles.filter((tile) => isResult(tile) && tile.role === "equation")) {
    const tree = scene.blocks.get(result.block.name)?.tree;
    if (tree?.[0] !== "call" || tree[1] !== "softmax" || !scene.known(result.block.name, scene.t) || scene.t < 1)
      continue;
    const scores = page.tiles.find((tile) => tile.block === result.block && alike(tile.source, tree[2]));
    const sums = new Sums(scene.numbers, DIGITS);
    const shares = sums.shares(tree, scene.t);
    if (!scores || scores.lying || !shares || !size || scene.differs) continue;
    pen.font = `${size}px ${palette.font}`;
    const texts = shares.map(({ score, power }) => `exp(${sums.print(score)}) = ${sums.print(power)}`);
    const total = sums.round(shares.reduce((sum, { power }) => sum + power, 0));
    const wide = Math.max(...texts.map((text) => pen.measureText(text).width));
    const bar = BAR * scene.growth;
    const box = roomBeside(scores, page, width, wide + 12 + bar, scores.height + SUM * page.high);
    if (!box) continue;
    const most = Math.max(...shares.map(({ power }) => power));
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    for (const [i, { power }] of shares.entries()) {
      const y = scores.y + (i + 0.5) * page.high;
      pen.fillStyle = palette.theme.ink;
      pen.fillText(texts[i], box.x + wide, y + 1);
      pen.fillStyle = palette.theme.terms[0];
      pen.fillRect(box.x + wide + 12, y - 0.3 * page.high, (bar * power) / most, 0.6 * page.high);
    }
    pen.fillStyle = palette.theme.ink;
    pen.fillText(`Σ = ${sums.print(total)}`, box.x + wide, scores.y + scores.height + 0.6 * page.high);
  }
}
