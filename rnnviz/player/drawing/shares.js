// Softmax as what it is, beside its equation: exp of each score as a number and as a bar, and the sum of all of them.

import { alike } from "../expression.js";
import { LEAST, Sums } from "../sums.js";
import { fontSize } from "./cells.js";
import { isResult, roomBeside } from "./layout.js";

/** @import { Look } from "./look.js" */
/** @import { Page } from "./layout.js" */
/** @import { Block } from "../types.js" */

const BAR = 120; // pixels of the longest bar
const SUM = 1.5; // rows that the sum takes below

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 */
export function drawShares(pen, { scene, palette, width }, page) {
  const { share } = scene.head.stage;
  const size = fontSize(scene, page);
  const result = page.tiles.find((tile) => tile.role === "equation" && tile.block.name === share && isResult(tile));
  if (!share || !result || !size || scene.differs || scene.t < 1 || !scene.known(share, scene.t)) return;
  const { tree } = /** @type {Block} */ (scene.blocks.get(share));
  const scores = page.tiles.find(
    ({ block, source }) => block === result.block && tree[0] === "call" && alike(source, tree[2]),
  );
  const sums = new Sums(scene.numbers, LEAST);
  const shares = tree[0] === "call" ? sums.shares(tree, scene.t) : null;
  if (!scores || scores.lying || !shares) return;
  pen.font = `${size}px ${palette.font}`;
  const texts = shares.all.map(({ score, power }) => `exp(${sums.print(score)}) = ${sums.print(power)}`);
  const wide = Math.max(...texts.map((text) => pen.measureText(text).width));
  const bar = BAR * scene.growth;
  const box = roomBeside(scores, page, width, wide + 12 + bar, scores.height + SUM * page.high);
  if (!box) return;
  const most = Math.max(...shares.all.map(({ power }) => power));
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const [i, { power }] of shares.all.entries()) {
    const y = scores.y + (i + 0.5) * page.high;
    pen.fillStyle = palette.theme.ink;
    pen.fillText(texts[i], box.x + wide, y + 1);
    pen.fillStyle = palette.theme.terms[0];
    pen.fillRect(box.x + wide + 12, y - 0.3 * page.high, (bar * power) / most, 0.6 * page.high);
  }
  pen.fillStyle = palette.theme.ink;
  pen.fillText(`Σ = ${sums.print(shares.total)}`, box.x + wide, scores.y + scores.height + 0.6 * page.high);
}
