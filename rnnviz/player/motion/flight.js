// A column of numbers on its way: one object with its border, from where it stands to where it is read.

import { clamp } from "../drawing/colours.js";

/** @import { Palette } from "../drawing/colours.js" */
/** @import { Pen, Point } from "../drawing/pen.js" */
/** @import { Track } from "./score.js" */

/** @typedef {{ x: number, y: number, width: number, height: number }} Box */
/**
 * @typedef {object} Flight
 * @property {Track} track when
 * @property {Box[]} from the cell of each number
 * @property {Box[]} to
 * @property {Point[]} way the corners between, of its middle; none: an arc
 * @property {number[]} numbers
 * @property {number} scale what their colours are relative to
 * @property {number} size of a printed number where it ends; 0 where none is printed
 * @property {string[]} texts the numbers as they are printed
 * @property {number} shrink how small it is on the way
 * @property {boolean} stays whether it is seen where it ended, till the picture of rest
 */

const TRAIL = 5;

/**
 * The cells of a column (or of a row that lies) in a box.
 * @param {Box} box
 * @param {number} n
 * @param {boolean} [lying]
 * @returns {Box[]}
 */
export function cellsOf({ x, y, width, height }, n, lying = false) {
  return Array.from({ length: n }, (_, i) =>
    lying
      ? { x: x + (i * width) / n, y, width: width / n, height }
      : { x, y: y + (i * height) / n, width, height: height / n },
  );
}

/**
 * A box of the stage in pixels of the player.
 * @param {{ stage: Point }} places
 * @param {Box} box
 * @returns {Box}
 */
export const onStage = ({ stage: [left, top] }, { x, y, width, height }) => ({
  x: x + left,
  y: y + top,
  width,
  height,
});

/** The box around cells. @param {Box[]} cells @returns {Box} */
export function around(cells) {
  const x = Math.min(...cells.map((one) => one.x));
  const y = Math.min(...cells.map((one) => one.y));
  const right = Math.max(...cells.map((one) => one.x + one.width));
  const bottom = Math.max(...cells.map((one) => one.y + one.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** @param {Box} box @returns {Point} */
const middle = ({ x, y, width, height }) => [x + width / 2, y + height / 2];

/** @param {number} a @param {number} b @param {number} p */
const mix = (a, b, p) => a + (b - a) * p;

/**
 * The point at a share of the way along corners.
 * @param {Point[]} points
 * @param {number} p
 * @returns {Point}
 */
export function along(points, p) {
  const lengths = points.slice(1).map(([x, y], k) => Math.hypot(x - points[k][0], y - points[k][1]));
  let left = p * lengths.reduce((sum, length) => sum + length, 0);
  for (const [k, length] of lengths.entries()) {
    if (left <= length || k === lengths.length - 1) {
      const share = length ? Math.min(1, left / length) : 1;
      return [mix(points[k][0], points[k + 1][0], share), mix(points[k][1], points[k + 1][1], share)];
    }
    left -= length;
  }
  return points[0];
}

/**
 * Where the middle of a flight is at p from 0 to 1.
 * @param {Flight} flight
 * @param {number} p
 * @returns {Point}
 */
function place({ from, to, way }, p) {
  const start = middle(around(from));
  const end = middle(around(to));
  if (way.length) return along([start, ...way, end], p);
  // An arc that leaves and arrives upright, so that it is told from the lines of the picture.
  const bend = Math.min(60, Math.abs(end[0] - start[0]) * 0.25);
  const x = mix(start[0], end[0], p);
  const y = mix(start[1], end[1], p) + (Math.abs(end[1] - start[1]) < 40 ? bend * 4 * p * (1 - p) : 0);
  return [x, y];
}

/**
 * Where its cells are at p.
 * @param {Flight} flight
 * @param {number} p
 * @returns {Box[]}
 */
export function cellsAt(flight, p) {
  const { from, to, shrink } = flight;
  if (p >= 1) return to;
  const [x, y] = place(flight, p);
  const [start, end] = [middle(around(from)), middle(around(to))];
  const size = 1 - (1 - shrink) * Math.sin(Math.PI * p);
  return to.map((last, i) => {
    const first = from[i] ?? from[from.length - 1];
    const dx = mix(first.x - start[0], last.x - end[0], p);
    const dy = mix(first.y - start[1], last.y - end[1], p);
    return {
      x: x + dx * size,
      y: y + dy * size,
      width: mix(first.width, last.width, p) * size,
      height: mix(first.height, last.height, p) * size,
    };
  });
}

/**
 * @param {Pen} pen
 * @param {Palette} palette
 * @param {Flight} flight
 * @param {number} p
 */
export function drawFlight(pen, palette, flight, p) {
  const { theme, font } = palette;
  pen.save();
  pen.strokeStyle = theme.accent;
  pen.globalAlpha = 0.35;
  pen.lineWidth = 3;
  pen.lineCap = "round";
  pen.beginPath();
  for (let k = TRAIL; k >= 0; k--) {
    const [x, y] = place(flight, Math.max(0, p - k * 0.035));
    if (k === TRAIL) pen.moveTo(x, y);
    else pen.lineTo(x, y);
  }
  pen.stroke();
  pen.globalAlpha = 1;
  const cells = cellsAt(flight, p);
  for (const [i, { x, y, width, height }] of cells.entries()) {
    const v = flight.numbers[i];
    const shade = clamp(v / flight.scale);
    palette.paint(pen, x, y, width, height, shade);
    const size = Math.min(flight.size, height * 0.5);
    if (size < 10 || Number.isNaN(v)) continue;
    pen.font = `${size}px ${font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillStyle = palette.contrast(shade);
    pen.fillText(flight.texts[i], x + width / 2, y + height / 2 + 1);
  }
  const { x, y, width, height } = around(cells);
  pen.lineWidth = 2.5;
  pen.strokeRect(x - 1, y - 1, width + 2, height + 2);
  pen.restore();
}
