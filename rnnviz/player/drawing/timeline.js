// The timeline: slim above the stage, or large as the network unrolled, with a box f_W in every step.

import { Grid } from "../grid.js";
import { fill, raised, small, stepText } from "../writing.js";
import { clamp } from "./colours.js";
import { fit } from "./pen.js";
import { curved, dated, from, MARGIN, place } from "./plan.js";
import { drawLink, drawNetwork } from "./unrolled.js";

/** @import { Look } from "./look.js" */
/** @import { Pen } from "./pen.js" */
/** @import { Pick as Choice } from "../types.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Plan } from "./plan.js" */

/** The numbers of a signal at a step, and where they stand. @typedef {{ name: string, k: number, x: number, y: number, width: number, height: number }} Box */
/** One number of them. @typedef {{ name: string, i: number, k: number }} Spot */

const THIN = 3; // pixels of a row that is still seen

/**
 * How narrow a column may be: a letter keeps its room, a word most of its own; other names stand at some columns only.
 * @param {Scene} scene
 */
function narrowest(scene) {
  const { head, growth } = scene;
  if (dated(scene)) return 22 * growth;
  const longest = Math.max(...head.labels.map((label) => [...label].length));
  return growth * (longest > 1 && head.stage.share ? Math.min(72, 8 * longest + 8) : 15);
}

export class Timeline {
  #grid;
  /** The first step of the window, where not all steps have room. @type {number | null} */
  #start = null;
  #count = 0;
  /** @type {Plan | null} */
  #plan = null;
  /** @type {Float32Array[]} */
  #z = [];

  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.holder = holder;
    this.#grid = new Grid(holder);
  }

  get grid() {
    return this.#grid;
  }

  /** Where everything stands, or null before the first picture. */
  get plan() {
    return this.#plan;
  }

  /**
   * How many pixels it takes of those that are left below the bar, at least and at most.
   * @param {Scene} scene
   * @param {number} left
   * @returns {[number, number]}
   */
  room(scene, left) {
    if (scene.head.network) return [205 * scene.growth, 330 * scene.growth];
    const rows = (scene.head.ripple ? 1.3 : 1) * (curved(scene).length ? 1.4 : 1);
    const low = Math.max(scene.head.side ? 124 : 100, 52 + 16 * scene.head.timeline.places); // names of bands keep apart
    const most = Math.max(low, Math.min(150 * scene.growth, left * 0.25)) * rows;
    return [Math.max(low, 0.85 * most), most];
  }

  /**
   * Draw for the present step; `anew` places everything again.
   * @param {Look} look
   * @param {number} height
   * @param {boolean} anew
   */
  draw(look, height, anew, framed = true) {
    const { scene, palette } = look;
    const { numbers } = scene;
    const again = this.#moveWindow(look) || anew || !this.#plan;
    if (again) this.#plan = place(look, height, this.#start ?? 0, this.#count);
    const plan = /** @type {Plan} */ (this.#plan);
    this.#z = plan.rows.map((row) => {
      const line = new Float32Array(plan.x.length - 1).fill(NaN);
      if (!row) return line;
      const [name, i] = row;
      for (let k = plan.first; k <= plan.last; k++) {
        if (!scene.exists(name, k) || !scene.known(name, k)) continue;
        const scale = scene.scaleAt(name, k);
        line[2 * (k - plan.first)] = clamp(numbers.signal(name, k, i) / scale);
      }
      return line;
    });
    this.holder.style.height = `${plan.height}px`;
    if (again || !this.#grid.drawn) {
      const { signals } = scene.head;
      const { sizes } = scene;
      const labels = plan.bands.map(({ label, start, tall }) => {
        const size = Math.min(sizes.name, Math.max(11, tall + 2));
        const at = { x: plan.left - 6, y: start + tall / 2 };
        return {
          ...at,
          text: label,
          anchor: /** @type {const} */ ("right"),
          baseline: /** @type {const} */ ("middle"),
          size,
        };
      });
      const thinnest = Math.min(...plan.bands.map((band) => band.tall / signals[band.name].n), plan.width);
      const { x, y } = plan;
      const layout = { width: look.width, height: plan.height, x, y, gap: thinnest < 4 ? 0 : 1, labels };
      this.#grid.draw(look.plotly, layout, this.#z, palette);
    } else if (!look.quick) {
      this.#grid.recolour(look.plotly, this.#z);
    }
    this.over(look, framed);
  }

  /**
   * Keep the present step inside the window of the unrolled network; true if the window moved.
   * @param {Look} look
   */
  #moveWindow({ scene, width }) {
    const { timeline, network } = scene.head;
    const { t } = scene;
    const all = timeline.last - timeline.first + 1;
    const least = network ? 62 * scene.growth : narrowest(scene);
    const room = Math.max(3, Math.floor((width - MARGIN - 8) / least));
    const was = [this.#start, this.#count];
    this.#count = Math.min(all, room);
    const latest = timeline.last - this.#count + 1;
    const inside = this.#start !== null && t >= this.#start + 1 && t <= this.#start + this.#count - 2;
    const start = inside && this.#start !== null ? this.#start : t - Math.floor(this.#count / 2);
    this.#start = Math.max(timeline.first, Math.min(latest, start));
    return was[0] !== this.#start || was[1] !== this.#count;
  }

  // --- what lies over the heatmap: frames, arrows, boxes, letters, the present step

  /**
   * The frame around a step, or null where it is not in sight.
   * @param {number} t
   */
  frame(t) {
    const plan = this.#plan;
    if (!plan || t < plan.first || t > plan.last) return null;
    const aside = Math.max(3, Math.min(8, plan.gap / 4));
    return { x: from(plan, t) - aside, y: 1, width: plan.width + 2 * aside, height: plan.bottom - 2 };
  }

  /**
   * @param {Look} look
   * @param {boolean} [framed] whether the present step has its frame; a motion draws it elsewhere
   */
  over(look, framed = true) {
    const plan = this.#plan;
    if (!plan) return;
    const { scene, palette } = look;
    const { theme } = palette;
    const { first, last, pitch, width } = plan;
    const pen = this.#grid.pen(look.width, plan.height);
    if (look.quick) {
      for (const [r, row] of plan.rows.entries()) {
        if (!row) continue;
        const tall = plan.y[r + 1] - plan.y[r];
        for (let k = first; k <= last; k++) {
          palette.paint(pen, from(plan, k), plan.y[r], width, tall, this.#z[r][2 * (k - first)]);
        }
      }
    }
    this.#thicken(pen, look, plan);
    pen.strokeStyle = theme.frame;
    pen.lineWidth = 1;
    for (const band of pitch >= 10 ? plan.bands : []) {
      for (let k = first; k <= last; k++) {
        if (!scene.exists(band.name, k) || !scene.stands(band.name, k)) continue;
        pen.strokeRect(from(plan, k) - 0.5, band.start - 0.5, width + 1, band.tall + 1);
      }
    }
    drawCurves(pen, look, plan);
    if (!scene.head.network) drawTrack(pen, look, plan, framed);
    const around = framed && this.frame(scene.t);
    if (around) {
      pen.strokeStyle = theme.accent;
      pen.lineWidth = 2;
      pen.strokeRect(around.x, around.y, around.width, around.height);
    }
    if (scene.head.network) drawNetwork(pen, look, plan);
    else if (pitch >= 30)
      for (const band of plan.bands) for (let k = first; k <= last; k++) drawLink(pen, look, plan, band, k);
    write(pen, look, plan);
    markAsked(pen, look, this.shown(scene));
    const { t } = scene;
    const { timeline, T, labels } = scene.head;
    const names = timeline.bands.map(([name]) => name).join(", ");
    const said = { t, T, symbol: labels[t - 1] ?? "", names, choice: scene.choice(t)?.symbol ?? "" };
    this.holder.setAttribute("aria-label", fill(scene.words.timeline, said));
  }

  /**
   * Of rows too thin to be seen the only one of a step that is not 0, as thick as it needs to be.
   * @param {Pen} pen
   * @param {Look} look
   * @param {Plan} plan
   */
  #thicken(pen, { scene, palette }, plan) {
    for (const { name, start, tall } of plan.bands) {
      const n = scene.numbers.length(name);
      if (tall / n >= THIN) continue;
      for (let k = plan.first; k <= plan.last; k++) {
        if (!scene.exists(name, k) || !scene.known(name, k)) continue;
        const scale = scene.scaleAt(name, k);
        const values = Array.from({ length: n }, (_, i) => scene.numbers.signal(name, k, i));
        if (values.filter((v) => v !== 0).length !== 1) continue;
        const i = values.findIndex((v) => v !== 0);
        const y = Math.min(start + tall - THIN, Math.max(start, start + ((i + 0.5) * tall) / n - THIN / 2));
        palette.paint(pen, from(plan, k), y, plan.width, THIN, clamp(values[i] / scale));
      }
    }
  }

  /**
   * Every number band of every step, where there is room to point at one.
   * @param {Scene} scene
   * @returns {Box[]}
   */
  shown(scene) {
    const plan = this.#plan;
    if (!plan || plan.pitch < 10) return [];
    const columns = Array.from({ length: plan.last - plan.first + 1 }, (_, c) => plan.first + c);
    return plan.bands.flatMap(({ name, start, tall }) =>
      columns
        .filter((k) => scene.exists(name, k))
        .map((k) => ({ name, k, x: from(plan, k), y: start, width: plan.width, height: tall })),
    );
  }

  // --- the mouse

  /**
   * The number under the mouse, or null.
   * @param {MouseEvent} event
   * @param {Scene} scene
   * @returns {Spot | null}
   */
  spot(event, scene) {
    const plan = this.#plan;
    if (!plan) return null;
    const k = this.#columnAt(event, plan);
    const y = event.clientY - this.holder.getBoundingClientRect().top;
    const band = plan.bands.find(({ start, tall }) => y >= start && y < start + tall);
    if (!band || k < plan.first || k > plan.last || !scene.exists(band.name, k)) return null;
    return { name: band.name, i: Math.floor(((y - band.start) / band.tall) * scene.numbers.length(band.name)), k };
  }

  /**
   * The step that a click beside all numbers goes to, or null.
   * @param {MouseEvent} event
   * @param {Scene} scene
   * @param {MouseEvent} [down] where a drag began
   * @returns {number | null}
   */
  stepAt(event, scene, down = event) {
    const plan = this.#plan;
    if (!plan) return null;
    const { left, top } = this.holder.getBoundingClientRect();
    const inOverview = plan.overview && down.clientY - top >= plan.overview.start - 2;
    const k = inOverview ? wholeAt(plan, scene, event.clientX - left) : this.#columnAt(event, plan);
    return scene.clamp(k) === k ? k : null;
  }

  /**
   * @param {MouseEvent} event
   * @param {Plan} plan
   */
  #columnAt(event, plan) {
    return plan.first + Math.floor((event.clientX - this.holder.getBoundingClientRect().left - plan.left) / plan.pitch);
  }

  /**
   * The sign under the mouse, as HTML, or null: the name of a band.
   * @param {MouseEvent} event
   */
  sign(event) {
    const { left, top } = this.holder.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    const plan = this.#plan;
    if (!plan || x > plan.left || x < plan.left - MARGIN) return null;
    return plan.bands.find(({ start, tall }) => y >= start && y < start + tall)?.label ?? null;
  }

  /**
   * The number under the mouse, as a choice relative to the present step, or null where it is not known.
   * @param {MouseEvent} event
   * @param {Scene} scene
   * @returns {Choice | null}
   */
  hit(event, scene) {
    const spot = this.spot(event, scene);
    return spot && scene.known(spot.name, spot.k) ? { source: scene.from(spot.name, spot.k), i: spot.i, j: 0 } : null;
  }
}

/** From where to where the columns stand. @param {Plan} plan @returns {[number, number]} */
const across = (plan) => [from(plan, plan.first), from(plan, plan.last) + plan.width];

/**
 * The step at a place of the overview.
 * @param {Plan} plan
 * @param {Scene} scene
 * @param {number} x
 */
function wholeAt(plan, { head }, x) {
  const { first, last } = head.timeline;
  const [left, right] = across(plan);
  const share = Math.max(0, Math.min(1, (x - left) / (right - left)));
  return Math.min(head.T, first + Math.floor(share * (last - first + 1)));
}

/**
 * The line of the steps with a grip at the present one; below it the whole sequence, where it has more of them.
 * @param {Pen} pen
 * @param {Look} look
 * @param {Plan} plan
 * @param {boolean} framed whether the present step has its grip, as its frame
 */
function drawTrack(pen, { scene, palette }, plan, framed) {
  const { theme } = palette;
  const { t, growth, head } = scene;
  const [left, right] = across(plan);
  const bar = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ w, /** @type {number} */ h) => {
    pen.beginPath();
    pen.roundRect(x, y - h / 2, w, h, h / 2);
    pen.fill();
  };
  pen.fillStyle = theme.frame;
  bar(left, plan.track, right - left, 3);
  pen.fillStyle = theme.accent;
  const grip = Math.max(10, Math.min(34 * growth, plan.width));
  if (framed && t >= plan.first && t <= plan.last)
    bar(from(plan, t) + (plan.width - grip) / 2, plan.track, grip, 6 * growth);
  if (!plan.overview) return;
  const { first, last } = head.timeline;
  const each = (right - left) / (last - first + 1);
  const middle = plan.overview.start + plan.overview.tall / 2;
  pen.fillStyle = theme.frame;
  bar(left, middle, right - left, 3);
  pen.fillStyle = theme.faint;
  bar(left + (plan.first - first) * each, middle, (plan.last - plan.first + 1) * each, plan.overview.tall);
  pen.fillStyle = theme.accent;
  bar(left + (t - first) * each - 3, middle, Math.max(6, each), plan.overview.tall + 2);
}

/**
 * Letters of the inputs below, chosen symbols above.
 * @param {Pen} pen
 * @param {Look} look
 * @param {Plan} plan
 */
function write(pen, { scene, palette }, plan) {
  const { T, labels } = scene.head;
  const { theme, font } = palette;
  const { t, growth } = scene;
  const { dates } = plan;
  const longest = dates ? 2 : Math.max(...labels.map((label) => [...label].length));
  const room = longest > 1 ? Math.min(10, longest) * 8 + 6 : 13;
  const every = Math.max(1, Math.ceil((room * growth) / plan.pitch));
  pen.textAlign = "center";
  if (dates) writeHeads(pen, { scene, palette }, plan, dates);
  for (let k = plan.first; k <= plan.last; k++) {
    const now = k === t;
    const inside = k >= 1 && k <= T;
    const middle = from(plan, k) + plan.width / 2;
    if (!now && (k < 1 ? plan.pitch < 20 : k % every !== 0 || Math.abs(k - t) < every)) continue;
    pen.fillStyle = now ? theme.accent : inside ? theme.ink : theme.faint;
    pen.textBaseline = "bottom";
    const label = !inside ? `t=${stepText(k)}` : dates ? dates[k - 1][1] : scene.labelOf(k);
    fit(pen, label, [middle, plan.letters], plan.pitch * every, (inside ? 17 : 13) * growth, now, font);
    const loss = scene.head.film?.losses[k - 1] ?? null;
    if (loss !== null && plan.pitch >= 24 * growth)
      fit(pen, small(loss), [middle, plan.choices], plan.pitch * every, 14 * growth, now, font);
    const choice = scene.stands("y", k) ? scene.choice(k) : null;
    if (!choice || plan.pitch < 12 * growth) continue;
    const percent = plan.pitch >= 56 * growth ? ` ${Math.round(100 * choice.p)}%` : "";
    const right = plan.pitch >= 30 * growth ? verdict(scene, k) : "";
    fit(pen, choice.symbol + percent + right, [middle, plan.choices], plan.pitch * every, 15 * growth, now, font);
  }
}

/**
 * Of dates what several of them have in common, once: below the first of them.
 * @param {Pen} pen
 * @param {Pick<Look, "scene" | "palette">} look
 * @param {Plan} plan
 * @param {[string, string][]} dates
 */
function writeHeads(pen, { scene, palette }, plan, dates) {
  pen.fillStyle = palette.theme.ink;
  pen.textBaseline = "bottom";
  pen.textAlign = "left";
  pen.font = `${13 * scene.growth}px ${palette.font}`;
  let free = 0;
  for (let k = Math.max(1, plan.first); k <= Math.min(dates.length, plan.last); k++) {
    const begins = k === Math.max(1, plan.first) || dates[k - 1][0] !== dates[k - 2][0];
    const x = from(plan, k);
    if (!begins || x < free) continue;
    pen.fillText(dates[k - 1][0], x, plan.heads);
    free = x + pen.measureText(dates[k - 1][0]).width + 8;
  }
  pen.textAlign = "center";
}

/**
 * What was measured, and what is given out, as curves over their bands, as far as they are known.
 * @param {Pen} pen
 * @param {Look} look
 * @param {Plan} plan
 */
function drawCurves(pen, { scene, palette }, plan) {
  for (const { name, curve } of plan.bands) {
    if (!curve) continue;
    if (scene.head.film) {
      drawLengths(pen, { scene, palette }, plan, name, curve);
      continue;
    }
    const scale = scene.scale(["signal", name, 0]);
    const up = (/** @type {number} */ v) => curve.start + (curve.tall / 2) * (1 - clamp(v / scale));
    pen.strokeStyle = palette.theme.frame;
    pen.lineWidth = 1;
    pen.beginPath();
    pen.moveTo(from(plan, plan.first), up(0));
    pen.lineTo(from(plan, plan.last) + plan.width, up(0));
    pen.stroke();
    for (let i = 0; i < scene.numbers.length(name); i++) {
      pen.strokeStyle = pen.fillStyle = palette.theme.terms[i % palette.theme.terms.length];
      pen.lineWidth = 1.8;
      pen.beginPath();
      for (let k = plan.first; k <= plan.last; k++) {
        if (!scene.exists(name, k) || !scene.known(name, k) || !scene.stands(name, k)) continue;
        const v = scene.numbers.signal(name, k, i);
        if (!Number.isFinite(v)) continue;
        const x = from(plan, k) + plan.width / 2;
        pen.lineTo(x, up(v));
        if (k === scene.t) pen.fillRect(x - 2.5, up(v) - 2.5, 5, 5);
      }
      pen.stroke();
    }
  }
}

/**
 * How long a derivative is at each step that was reached, as a bar of its logarithm: its share in this step, and through
 * the next one, in two colours.
 * @param {Pen} pen
 * @param {Pick<Look, "scene" | "palette">} look
 * @param {Plan} plan
 * @param {string} name
 * @param {{ start: number, tall: number }} room
 */
function drawLengths(pen, { scene, palette }, plan, name, { start, tall }) {
  const { film } = scene.head;
  const lengths = film?.lengths[name];
  if (!film || !lengths) return;
  const logs = lengths.map((v) => (v > 0 ? Math.log10(v) : NaN));
  const seen = logs.filter(Number.isFinite);
  const [low, high] = [Math.floor(Math.min(...seen)) - 0.2, Math.ceil(Math.max(...seen))];
  const [here, through] = palette.theme.terms;
  for (let k = Math.max(1, plan.first); k <= Math.min(scene.head.T, plan.last); k++) {
    if (!scene.known(name, k) || !Number.isFinite(logs[k - 1])) continue;
    const high_ = ((logs[k - 1] - low) / (high - low)) * tall;
    const [a, b] = film.halves[name].map((half) => half[k - 1]);
    const share = a + b > 0 ? a / (a + b) : 1;
    const [x, y] = [from(plan, k), start + tall - high_];
    pen.fillStyle = through;
    pen.fillRect(x, y, plan.width, high_);
    pen.fillStyle = here;
    pen.fillRect(x, y, plan.width * share, high_);
  }
  const [least, most] = [`10${raised(Math.floor(low))}`, `10${raised(high)}`];
  pen.fillStyle = palette.theme.faint;
  pen.font = `${11 * scene.growth}px ${palette.font}`;
  pen.textAlign = "right";
  if (tall < 22 * scene.growth) {
    pen.textBaseline = "middle";
    if (tall >= 7.5 * scene.growth) pen.fillText(`${least} – ${most}`, plan.left - 4, start + tall / 2);
    return; // where it is lower the name of the derivative has the room
  }
  pen.textBaseline = "top";
  pen.fillText(most, plan.left - 4, start - 4);
  pen.textBaseline = "bottom";
  pen.fillText(least, plan.left - 4, start + tall + 2);
}

/**
 * A tick or a cross behind what was chosen, where the right answer is known.
 * @param {Scene} scene
 * @param {number} k
 */
export function verdict(scene, k) {
  const right = scene.head.header?.right[k - 1] ?? null;
  const choice = right === null ? null : scene.choice(k);
  return choice ? (choice.symbol === right ? " ✓" : " ✗") : "";
}

/**
 * Frames of the numbers that made the chosen one, and the chosen number's own.
 * @param {Pen} pen
 * @param {Look} look
 * @param {Box[]} boxes
 */
export function markAsked(pen, { scene, palette, lit }, boxes) {
  const { pick } = scene.state.now;
  if (!pick) return;
  const { source, i: chosenRow } = pick;
  const chosenStep = source[0] === "signal" ? scene.numbers.step(scene.t, source[2]) : null;
  pen.save();
  pen.strokeStyle = palette.theme.accent;
  for (const { name, k, x, y, width, height } of boxes) {
    const chosen = chosenStep === k && name === source[1];
    const rows = lit.get(JSON.stringify(scene.from(name, k)));
    if (!chosen && rows === undefined) continue;
    const tall = height / scene.numbers.length(name);
    pen.globalAlpha = 0.7;
    pen.lineWidth = 2;
    if (rows === null) pen.strokeRect(x - 1, y - 1, width + 2, height + 2);
    else for (const i of rows ?? []) pen.strokeRect(x - 1, y + i * tall, width + 2, tall);
    if (!chosen) continue;
    pen.globalAlpha = 1;
    pen.lineWidth = 2.5;
    pen.strokeRect(x - 1, y + chosenRow * tall - 0.5, width + 2, tall + 1);
  }
  pen.restore();
}
