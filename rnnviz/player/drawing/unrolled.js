// The network unrolled over the steps of the timeline: arrows from step to step and upwards, and a box in every step.

import { split } from "../writing.js";
import { arrow, writeName } from "./pen.js";
import { from } from "./plan.js";

/** @import { Look } from "./look.js" */
/** @import { Pen, Point } from "./pen.js" */
/** @import { Band, Plan, Span } from "./plan.js" */

/**
 * Arrows from step to step and upwards, and a box in every step.
 * @param {Pen} pen
 * @param {Look} look
 * @param {Plan} plan
 */
export function drawNetwork(pen, look, plan) {
  const { scene, palette } = look;
  const { theme } = palette;
  const { network, timeline, T } = scene.head;
  if (!network) return;
  const { lit, litAt } = scene.state.now;
  const bands = new Map(plan.bands.map((band) => [band.name, band]));
  for (let k = Math.max(1, plan.first); k <= Math.min(T, plan.last); k++) {
    for (const { name } of network.boxes) {
      const [box, band] = [plan.boxes.get(name), bands.get(name)];
      const x = from(plan, k) + plan.width / 2;
      const up = [box?.start ?? 0, (band?.start ?? 0) + (band?.tall ?? 0) + 2];
      arrow(
        pen,
        up.map((y) => [x, y]),
        theme.faint,
      ); // from a box to the state that it hands on
    }
    for (const [source, target, shift, weights] of network.edges) {
      if (target === "y" && !scene.stands("y", k)) continue;
      const at = k + Number(shift);
      if (source === "x" && (at < 1 || at > T || !scene.stands("x", at))) continue;
      if (at < plan.first || at > plan.last || !scene.exists(source, at)) continue;
      const on = lit !== null && weights.includes(lit) && scene.sameWeights(litAt, k);
      const points = route(plan, bands, source, target, at, k);
      arrow(pen, points, on ? theme.accent : lit !== null ? theme.frame : theme.faint, on ? 3.5 : 1.6);
      writeWeights(pen, look, plan, weights, points, at === k, on, k);
    }
    if (timeline.fed[k - 1] && k - 1 >= plan.first) drawFed(pen, look, plan, bands, k);
    for (const { name } of network.boxes) drawBox(pen, look, plan, name, k);
    // What else is carried from step to step, inside the boxes.
    for (const band of plan.bands.filter((one) => one.strip)) drawLink(pen, look, plan, band, k);
  }
}

/**
 * The arrow of a state that is carried from step to step, between two columns.
 * @param {Pen} pen
 * @param {Look} look
 * @param {Plan} plan
 * @param {Band} band
 * @param {number} k the later of both steps
 */
export function drawLink(pen, { scene, palette }, plan, band, k) {
  const { carried, ahead } = scene.head.timeline;
  const there = k > plan.first && scene.exists(band.name, k - 1) && scene.exists(band.name, k);
  if (!carried.includes(band.name) || !there) return;
  const y = middleOf(band);
  /** @type {Point[]} */
  const way = [
    [from(plan, k - 1) + plan.width + 2, y],
    [from(plan, k) - 2, y],
  ];
  const leftwards = ahead.includes(band.name) !== scene.by < 0;
  arrow(pen, leftwards ? way.reverse() : way, palette.theme.faint);
}

/**
 * What y of the step before chose goes to x of this one.
 * @param {Pen} pen
 * @param {Look} look
 * @param {Plan} plan
 * @param {Map<string, Band>} bands
 * @param {number} k
 */
function drawFed(pen, { palette }, plan, bands, k) {
  const y = middleOf(bands.get("y"));
  const x = middleOf(bands.get("x"));
  const side = from(plan, k) - plan.gap * 0.28;
  pen.setLineDash([5, 4]);
  /** @type {Point[]} */
  const points = [
    [from(plan, k - 1) + plan.width + 2, y],
    [side, y],
    [side, x],
    [from(plan, k) - 2, x],
  ];
  arrow(pen, points, palette.theme.accent, 1.8);
  pen.setLineDash([]);
}

/** @param {Span | undefined} span */
const middleOf = (span) => (span ? span.start + span.tall / 2 : 0);

/**
 * The way of an arrow: straight up to the next thing above, else through the gap between two columns.
 * @param {Plan} plan
 * @param {Map<string, Band>} bands
 * @param {string} source
 * @param {string} target
 * @param {number} at
 * @param {number} k
 * @returns {Point[]}
 */
function route(plan, bands, source, target, at, k) {
  const start = bands.get(source);
  const end = plan.boxes.get(target) ?? bands.get(target);
  const centre = from(plan, k) + plan.width / 2;
  const ys = middleOf(start);
  const ye = middleOf(end);
  if (at === k) {
    const things = [...plan.boxes.values(), ...plan.bands.filter((band) => !band.strip)];
    const above = things.filter((thing) => start && thing.start < start.start).sort((a, b) => b.start - a.start)[0];
    if (start && end && above === end) {
      return [
        [centre, start.start - 2],
        [centre, end.start + end.tall + 2],
      ];
    }
    // What passes by a box goes up beside it: inputs on the right, states on the left.
    const right = source === "x";
    const edge = right ? from(plan, k) + plan.width + 2 : from(plan, k) - 2;
    const side = edge + (right ? 1 : -1) * plan.gap * 0.14;
    return [
      [edge, ys - 5],
      [side, ys - 5],
      [side, ye + 7],
      [edge, ye + 7],
    ];
  }
  const late = at < k;
  const out = from(plan, at) + (late ? plan.width + 2 : -2);
  const into = from(plan, k) + (late ? -2 : plan.width + 2);
  const turn = into + (late ? -1 : 1) * plan.gap * 0.5;
  return [
    [out, ys],
    [turn, ys],
    [turn, ye],
    [into, ye],
  ];
}

/**
 * @param {Pen} pen
 * @param {Look} look
 * @param {Plan} plan
 * @param {string} name
 * @param {number} k
 */
function drawBox(pen, { scene, palette }, plan, name, k) {
  const box = plan.boxes.get(name);
  if (!box) return;
  const { theme, font } = palette;
  const x = from(plan, k) + plan.width * 0.08;
  const width = plan.width * 0.84;
  const now = k === scene.t;
  pen.fillStyle = theme.box;
  pen.strokeStyle = now ? theme.accent : theme.faint;
  pen.lineWidth = now ? 2.5 : 1.4;
  pen.beginPath();
  pen.roundRect(x, box.start, width, box.tall, 7);
  pen.fill();
  pen.stroke();
  const below = scene.state.now.untied ? `W(${k})` : "W";
  writeName(pen, "f", below, [x + width / 2, middleOf(box)], 17 * scene.growth, theme.ink, font);
}

/**
 * The weights of an arrow beside it, where there is room.
 * @param {Pen} pen
 * @param {Look} look
 * @param {Plan} plan
 * @param {string[]} weights
 * @param {Point[]} points
 * @param {boolean} upwards
 * @param {boolean} on
 * @param {number} k
 */
function writeWeights(pen, { scene, palette }, plan, weights, points, upwards, on, k) {
  const { growth } = scene;
  if (weights.length !== 1 || plan.pitch < 92 * growth) return;
  const { stem, below } = split(weights[0]);
  const said = below + (scene.state.now.untied ? ` (${k})` : "");
  const colour = on ? palette.theme.accent : palette.theme.faint;
  /** @type {Point | null} */
  const at = upwards
    ? points.length === 2
      ? [points[0][0] + 24 * growth, (points[0][1] + points[1][1]) / 2 - 2]
      : null
    : [(points[2][0] + points[3][0]) / 2 - 4, points[3][1] + 14 * growth];
  if (at) writeName(pen, stem, said, at, 13 * growth, colour, palette.font, palette.theme.background);
}
