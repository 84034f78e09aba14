// The weights, counted: a chip for each, and how their number grows with the steps if it is not shared.

import { fill, named } from "../writing.js";

/** @import { CountsRecord } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Look } from "./look.js" */

const FEW = 4; // weights whose chips have room for their counts

/** Of what there are three lines. @typedef {"whole" | "untied" | "shared"} Kind */

/**
 * @param {HTMLElement} holder
 * @param {Look} look
 * @param {CountsRecord} counts
 */
export function tell(holder, { scene, palette }, counts) {
  const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (holder.querySelector(part));
  const { words } = scene;
  const { T, decoder } = scene.head;
  const { untied } = scene.state.now;
  const chips = counts.weights.map(([name, shape, n]) => {
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "rv-chip";
    chip.dataset.weight = name;
    chip.dataset.at = "";
    const whole = shape.includes("×") ? `${shape} = ${n}` : shape;
    chip.dataset.told = whole;
    chip.innerHTML = `${named(name)} <span>${counts.weights.length > FEW ? shape : whole}</span>`;
    return chip;
  });
  find(".rv-chips").replaceChildren(...chips);
  find(".rv-untie").textContent = untied ? words.tie : words.untie;
  find(".rv-untie").setAttribute("aria-pressed", String(untied));
  const { shared, D, H, K } = counts;
  const said = untied ? words.count_untied : decoder > 1 ? words.count_own : words.count_shared;
  find(".rv-total").textContent = fill(said, { T, shared, untied: counts.untied });
  const more = find(".rv-more-counts");
  if (untied) more.replaceChildren(...growth(counts, scene, palette.theme));
  else more.innerHTML = `<p>${fill(words.count_sizes, { D, H, K, T })}</p>`;
}

/**
 * How a count comes about, in words and numbers.
 * @param {Kind} kind
 * @param {CountsRecord} counts
 * @param {Scene} scene
 */
function explained(kind, { weights, shared, untied, whole, D, H, K }, { head, words }) {
  const { T } = head;
  const [inputs, units, outputs] = [T * D, T * H, T * K];
  const biases = whole > inputs * units + units * outputs ? ` + ${units} + ${outputs}` : "";
  const sum = weights.map(([, , n]) => n).join(" + ");
  const texts = { shared: words.told_shared, untied: words.told_untied, whole: words.told_whole };
  return fill(texts[kind], { T, D, H, K, sum, shared, untied, whole, inputs, units, outputs, biases });
}

/**
 * The counts against T: shared stays, untied grows with T, one net over all inputs with its square; each with its value.
 * @param {CountsRecord} counts
 * @param {Scene} scene
 * @param {Look["palette"]["theme"]} theme
 */
function growth(counts, scene, theme) {
  const { series } = counts;
  const { words, head } = scene;
  const [w, h, left] = [180, 58, 4];
  const base = h - 14;
  const most = series.untied[series.untied.length - 1] * 1.6;
  const x = (/** @type {number} */ t) => left + ((t - 1) / Math.max(1, series.T.length - 1)) * (w - left - 6);
  const y = (/** @type {number} */ v) => base - (Math.min(v, most) / most) * (base - 4);
  /** @type {Record<Kind, [string, string]>} the name and the colour of each line */
  const lines = {
    whole: [words.line_whole, theme.accent],
    untied: [words.line_untied, theme.scale[1]],
    shared: [words.line_shared, theme.scale[7]],
  };
  const kinds = /** @type {Kind[]} */ (Object.keys(lines));
  const drawn = kinds.map((kind) => {
    const shown = series[kind]
      .map((v, k) => `${x(k + 1).toFixed(1)},${y(v).toFixed(1)}`)
      .filter((_, k) => series[kind][k] <= most || series[kind][k - 1] <= most);
    const dash = kind === "whole" ? "6 4" : "";
    const stroke = `fill="none" stroke="${lines[kind][1]}" stroke-width="2.5" stroke-dasharray="${dash}"`;
    return `<polyline points="${shown.join(" ")}" ${stroke}/>`;
  });
  const now = x(Math.min(head.T, series.T.length));
  const side = now > w / 2 ? "end" : "start";
  const chart = document.createElement("div");
  chart.className = "rv-chart";
  chart.innerHTML = `<svg viewBox="0 0 ${w} ${h}" role="img" aria-label="${words.chart}">
    <path d="M${left} 2V${base}H${w}" class="rv-axis"/>${drawn.join("")}
    <path d="M${now} 2V${base}" class="rv-axis" stroke-dasharray="2 3"/>
    <text x="${now}" y="${h - 2}" text-anchor="${side}">T = ${head.T}</text></svg>`;
  const list = document.createElement("div");
  list.className = "rv-lines";
  const buttons = kinds.map((kind) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.told = explained(kind, counts, scene);
    button.innerHTML = `<b style="background:${lines[kind][1]}"></b>${lines[kind][0]}: ${counts[kind]}`;
    return button;
  });
  list.replaceChildren(...buttons);
  return [chart, list];
}
