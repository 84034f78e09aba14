// Training as it goes: the losses that come from the server, drawn as a curve, with a bar and the time that is left.

import { paletteOf, teller } from "./beside.js";
import { fill, raised, small } from "./writing.js";

/** @import { Palette } from "./drawing/colours.js" */
/** @import { TrainRecord } from "./types.js" */

const [SOON, EACH, FIRST] = [60, 250, 5]; // ms between two questions, the first few and the others
const CHART = { width: 640, height: 150, left: 48, right: 10, top: 8, bottom: 22 };
/** What the server says of a run. @typedef {{ from: number, losses: number[], looks: [number, number | null, number | null][], done: number, updates: number, left: number, running: boolean, waits: boolean, ended: string }} Told */

/**
 * Losses as points of a line: of many each pixel has the middle one of its updates.
 * @param {number[]} losses
 * @param {number} most how many points
 * @returns {[number, number][]} update from 1, and loss
 */
export function thinned(losses, most) {
  const each = Math.max(1, Math.ceil(losses.length / most));
  /** @type {[number, number][]} */
  const found = [];
  for (let k = 0; k < losses.length; k += each) {
    const some = losses.slice(k, k + each).sort((a, b) => a - b);
    found.push([Math.min(losses.length, k + Math.ceil(each / 2)), some[Math.floor(some.length / 2)]]);
  }
  return found;
}

/**
 * The powers of ten between which losses lie.
 * @param {number[]} values
 * @returns {[number, number]}
 */
export function decades(values) {
  const logs = values.filter((v) => v > 0 && v < 1e29).map(Math.log10);
  if (!logs.length) return [-2, 1];
  return [Math.floor(Math.min(...logs)), Math.max(Math.floor(Math.min(...logs)) + 1, Math.ceil(Math.max(...logs)))];
}

class Curve {
  /** @type {number[][]} */
  #losses;
  /** @type {[number, number][]} */
  #watched = [];

  /**
   * @param {HTMLElement} root
   * @param {TrainRecord} data
   * @param {Palette} palette
   */
  constructor(root, data, palette) {
    this.root = root;
    this.data = data;
    this.palette = palette;
    this.#losses = data.runs.map(() => []);
    root.innerHTML = `<div class="tn-bar"><progress max="1" value="0"></progress><span role="status"></span></div><div class="tn-chart"></div><div class="tri-legend"></div>`;
  }

  /** @param {string} part */
  #find(part) {
    return /** @type {HTMLElement} */ (this.root.querySelector(part));
  }

  /** How many losses of a run are known. @param {number} run */
  known(run) {
    return this.#losses[run].length;
  }

  /** @param {number} run @param {Told} told */
  take(run, told) {
    if (told.from === this.known(run)) this.#losses[run].push(...told.losses);
    if (run === 0) {
      this.#watched = told.looks.flatMap(([at, loss]) =>
        loss === null ? [] : [/** @type {[number, number]} */ ([at, loss])],
      );
    }
    const { words } = this.data;
    const bar = /** @type {HTMLProgressElement} */ (this.#find("progress"));
    if (run === 0) {
      bar.value = told.running ? told.done / Math.max(1, told.updates) : 1;
      bar.hidden = !told.running;
      const said = told.waits
        ? words.waits
        : fill(words.left, { done: told.done, updates: told.updates, left: told.left });
      this.#find("[role=status]").textContent = told.running ? said : "";
    }
  }

  draw() {
    const { palette, data } = this;
    const { words } = data;
    const { height, left, right, top, bottom } = CHART;
    const width = Math.max(320, Math.min(CHART.width, this.root.clientWidth));
    const all = [...this.#losses.flat(), ...this.#watched.map(([, loss]) => loss)];
    const most = Math.max(2, ...this.#losses.map((losses) => losses.length));
    const [low, high] = decades(all);
    const x = (/** @type {number} */ update) => left + ((update - 1) / (most - 1)) * (width - left - right);
    const y = (/** @type {number} */ loss) =>
      top + ((high - Math.log10(Math.max(1e-12, Math.min(1e29, loss)))) / (high - low)) * (height - top - bottom);
    const colours = [palette.theme.accent, palette.theme.terms[0], palette.theme.terms[1]];
    const rules = [];
    for (let v = low; v <= high; v++)
      rules.push(
        `<line class="tri-rule" x1="${left}" x2="${width - right}" y1="${y(10 ** v)}" y2="${y(10 ** v)}"/><text x="${left - 6}" y="${y(10 ** v) + 4}" text-anchor="end">10${raised(v)}</text>`,
      );
    const line = (/** @type {[number, number][]} */ points, /** @type {string} */ colour, /** @type {string} */ dash) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${points.map(([u, loss]) => `${x(u).toFixed(1)},${y(loss).toFixed(1)}`).join(" ")}"/>`;
    const lines = this.#losses.map((losses, k) => line(thinned(losses, 400), colours[k], k ? "5 3" : ""));
    if (this.#watched.length)
      lines.push(
        line(
          this.#watched.map(([u, v]) => [Math.max(1, u), v]),
          palette.theme.terms[2],
          "2 3",
        ),
      );
    const here =
      data.at === null
        ? ""
        : `<line x1="${x(Math.max(1, data.at))}" x2="${x(Math.max(1, data.at))}" y1="${top}" y2="${height - bottom}" stroke="${palette.theme.ink}" stroke-width="1.5"/>`;
    this.#find(".tn-chart").innerHTML =
      `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${words.curve}">${rules.join("")}${lines.join("")}${here}<text x="${left}" y="${height - 6}">${words.first}</text><text x="${width - right}" y="${height - 6}" text-anchor="end">${most}</text></svg>`;
    const names = data.runs.map(({ name }, k) => `<span><b style="background:${colours[k]}"></b>${name}</span>`);
    if (this.#watched.length)
      names.push(`<span><b style="background:${palette.theme.terms[2]}"></b>${words.watched}</span>`);
    const losses = this.#losses[0];
    const now = losses.length ? `<span>${words.loss}: ${small(losses[losses.length - 1])}</span>` : "";
    this.#find(".tri-legend").innerHTML = names.join("") + now;
  }
}

/**
 * The component: it asks the server while a run goes on, and tells the page once when it ends.
 * @param {{ data: TrainRecord, parentElement: HTMLElement } & Parameters<typeof teller>[0]} component
 */
export default function (component) {
  const { data, parentElement } = component;
  const tell = teller(component);
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".rnnviz-train"));
  const palette = paletteOf(root, data.themes);
  const curve = new Curve(root, data, palette);
  let here = true;
  let asked = 0;
  let telling = data.running;

  async function hear() {
    let running = false;
    for (const [run, { url }] of data.runs.entries()) {
      try {
        const answer = await fetch(`${url}?from=${curve.known(run)}`);
        if (!here) return;
        if (!answer.ok) continue;
        const told = /** @type {Told} */ (await answer.json());
        if (!here) return;
        curve.take(run, told);
        running ||= told.running;
      } catch {
        running = true; // the connection is lost: it goes on, and so do we
      }
    }
    curve.draw();
    root.dataset.ready = "true";
    root.dataset.running = String(running);
    asked += 1;
    if (running)
      setTimeout(hear, asked < FIRST ? SOON : EACH); // short runs are simply there
    else if (telling) {
      telling = false;
      tell("ended", data.runs.map(({ url }) => url).join(" "));
    }
  }
  hear();
  return () => {
    here = false;
  };
}
