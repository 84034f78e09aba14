// The small pictures of an answer, as text of SVG: a function's curve, stacked bars, shares.

import { MINUS } from "../writing.js";

/** @import { CurveRecord, Theme } from "../types.js" */

/**
 * A button of a list: where it goes, what it is found by, its name, whether it is the chosen one.
 * @typedef {{ go: number, key: string, chosen: boolean, name: string }} Entry
 */

/** @param {number} v */
const round = (v) => Math.round(v * 10) / 10;

/**
 * Points [argument, value] of a function from -far to far.
 * @param {CurveRecord} curve
 * @param {number} far
 */
export function samples({ reach, values }, far) {
  const step = (2 * reach) / (values.length - 1);
  const all = values.map((v, k) => /** @type {const} */ ([-reach + k * step, v]));
  return all.filter(([x]) => Math.abs(x) <= far + 1e-9);
}

/**
 * The curve of a function around its dots [argument, value], the flat parts shaded, the chosen dot large.
 * @param {CurveRecord} data
 * @param {[number, number][]} dots
 * @param {number} chosen
 * @param {Theme} theme
 * @param {string} label
 */
export function curve(data, dots, chosen, theme, label) {
  const { reach, flat } = data;
  const [width, height, left, bottom, top, right] = [230, 160, 34, 24, 8, 10];
  const largest = Math.max(...dots.map(([x]) => Math.abs(x)));
  const half = [3, 5, reach].find((r) => largest <= r) ?? reach;
  const points = samples(data, half);
  const low = Math.min(0, ...points.map(([, y]) => y));
  const high = Math.max(...points.map(([, y]) => y), low + 0.1);
  const inside = (/** @type {number} */ v, /** @type {number} */ from, /** @type {number} */ to) =>
    Math.max(from, Math.min(to, v));
  const x = (/** @type {number} */ v) =>
    round(left + ((inside(v, -half, half) + half) / (2 * half)) * (width - left - right));
  const y = (/** @type {number} */ v) =>
    round(top + ((high - inside(v, low, high)) / (high - low)) * (height - top - bottom));
  const shades = flat
    .map(([from, to]) => [Math.max(from, -half), Math.min(to, half)])
    .filter(([from, to]) => to > from)
    .map(([from, to]) => {
      const wide = `width="${round(x(to) - x(from))}" height="${height - top - bottom}"`;
      return `<rect class="rv-shaded" x="${x(from)}" y="${top}" ${wide} fill="${theme.frame}" opacity="0.35"/>`;
    });
  const dot = (/** @type {[number, number]} */ [a, b], large = false) => {
    const fill = `fill="${large ? theme.accent : theme.ink}" stroke="${theme.background}" stroke-width="1"`;
    return `<circle cx="${x(a)}" cy="${y(b)}" r="${large ? 7 : 3.5}" ${fill}/>`;
  };
  const text = (
    /** @type {number} */ tx,
    /** @type {number} */ ty,
    /** @type {string} */ said,
    /** @type {string} */ anchor,
  ) => `<text x="${tx}" y="${ty}" text-anchor="${anchor}" fill="${theme.ink}">${said}</text>`;
  const written = (/** @type {number} */ v) => String(round(v)).replace("-", MINUS);
  const [cx, cy] = dots[chosen];
  const axes = `M${left} ${y(0)}H${width - right}M${x(0)} ${top}V${height - bottom}`;
  const lead = `M${x(cx)} ${y(0)}V${y(cy)}H${x(0)}`;
  const others = dots.filter((_, k) => k !== chosen).map((one) => dot(one));
  const way = points.map(([a, b]) => `${x(a)} ${y(b)}`).join("L");
  const below = [text(x(-half), height - 6, written(-half), "start"), text(x(0), height - 6, "0", "middle")];
  below.push(text(x(half), height - 6, written(half), "end"), text(left - 5, y(high) + 10, written(high), "end"));
  if (low < 0) below.push(text(left - 5, y(low), written(low), "end"));
  return `<svg role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-size="14">
    ${shades.join("")}
    <path d="${axes}" stroke="${theme.faint}" fill="none"/>
    <path d="M${way}" stroke="${theme.ink}" stroke-width="2" fill="none"/>
    <path d="${lead}" stroke="${theme.accent}" stroke-width="1.5" stroke-dasharray="4 3" fill="none"/>
    ${others.join("")}${dot([cx, cy], true)}
    ${below.join("")}
  </svg>`;
}

// Each part of a bar has a colour and a pattern, so that they can be told apart without colour.
const LINES = ["", "M0 8L8 0", "M0 4H8", "M0 0L8 8M0 8L8 0", "M4 0V8", "M0 0L8 8"];

/** The fills of the parts, once for all bars. @param {Theme} theme */
export function patterns(theme) {
  const fills = theme.terms.map((colour, k) => {
    const line = LINES[k] && `<path d="${LINES[k]}" stroke="${theme.background}" stroke-width="1.6"/>`;
    const ground = `<rect width="8" height="8" fill="${colour}"/>`;
    return `<pattern id="rv-term-${k}" width="8" height="8" patternUnits="userSpaceOnUse">${ground}${line}</pattern>`;
  });
  return `<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>${fills.join("")}</defs></svg>`;
}

/** @param {number} k @param {Theme} theme */
const filled = (k, theme) => `fill="url(#rv-term-${k % theme.terms.length})"`;

/** What the colours and patterns stand for. @param {string[]} names @param {Theme} theme */
export function legend(names, theme) {
  const items = names.map((name, k) => {
    const box = `<rect width="22" height="16" rx="3" ${filled(k, theme)}/>`;
    return `<li><svg width="22" height="16" aria-hidden="true">${box}</svg><span>${name}</span></li>`;
  });
  return `<ul class="rv-terms">${items.join("")}</ul>`;
}

/** @param {Entry} entry @param {string} inside */
const row = ({ go, key, chosen, name }, inside) =>
  `<button type="button" data-go="${go}" data-key="${key}"${chosen ? ' aria-current="true"' : ""}><span class="rv-unit">${name}</span>${inside}</button>`;

/**
 * One stacked bar for each unit: what is positive to the right of zero, what is negative to the left; then the sum.
 * @param {(Entry & { values: number[], text: string })[]} units
 * @param {[number, number]} extent
 * @param {Theme} theme
 */
export function bars(units, [low, high], theme) {
  const [width, height] = [136, 20];
  const scale = width / (high - low);
  const zero = -low * scale;
  const drawn = units.map((unit) => {
    let left = zero;
    let right = zero;
    const pieces = unit.values.map((v, k) => {
      const wide = Math.abs(v) * scale;
      if (v < 0) left -= wide;
      else right += wide;
      const x = v < 0 ? left : right - wide;
      return `<rect x="${round(x)}" y="2" width="${round(wide)}" height="${height - 4}" ${filled(k, theme)}/>`;
    });
    const axis = `<path d="M${round(zero)} 0V${height}" stroke="${theme.ink}"/>`;
    const svg = `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">${pieces.join("")}${axis}</svg>`;
    return row(unit, `${svg}<span class="rv-total">${unit.text}</span>`);
  });
  return drawn.join("");
}

/**
 * One bar for each score: how large its share is, from 0 to 1.
 * @param {(Entry & { chip: string, share: number, text: string })[]} rows
 * @param {Theme} theme
 */
export function scores(rows, theme) {
  const [width, height] = [150, 20];
  const drawn = rows.map((one) => {
    const wide = round(Math.abs(one.share) * width);
    const bar = `<rect y="3" width="${wide}" height="${height - 6}" fill="${theme.terms[0]}"/>`;
    const axis = `<path d="M0.5 0V${height}" stroke="${theme.ink}"/>`;
    const svg = `<svg viewBox="0 0 ${width} ${height}" aria-hidden="true">${bar}${axis}</svg>`;
    return row(one, `${one.chip}${svg}<span class="rv-total">${one.text}</span>`);
  });
  return drawn.join("");
}
