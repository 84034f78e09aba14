// The weights with their gradients: a click on any weight shows what each step gives to its gradient; one update moves
// all of them.

import { paletteOf } from "./beside.js";
import { constant, escaped, fill, guarded, rounded, show, small, stepText } from "./writing.js";

/** @import { Palette } from "./drawing/colours.js" */
/** @import { GradientRecord, UpdateRecord } from "./types.js" */

const LONG = 1400; // ms of an update in slow motion
const CELL = 26;

/**
 * What each step gives to a number of a gradient.
 * @param {GradientRecord} weight
 * @param {number} T
 * @param {number} i
 * @param {number} j
 */
export function sharesOf({ pairs }, T, i, j) {
  return Array.from({ length: T }, (_, t) =>
    pairs.reduce((sum, { rows, columns }) => sum + rows[t][i] * (columns ? columns[t][j] : 1), 0),
  );
}

/**
 * To how many digits two numbers agree.
 * @param {number} a
 * @param {number} b
 */
export function agreeing(a, b) {
  const size = Math.max(Math.abs(a), Math.abs(b));
  if (size < 1e-9) return 9;
  return Math.max(0, Math.min(12, Math.floor(-Math.log10(Math.abs(a - b) / size + 1e-12))));
}

/** A number with four digits that count. @param {number} v */
const plain = (v) => constant(rounded(v, 4), 4);
/** @param {number} v */
const signed = (v) => (v < 0 ? plain(v) : `+${plain(v)}`);

class Weights {
  /** The number that is asked. @type {{ weight: GradientRecord, i: number, j: number } | null} */
  pick = null;
  rate = 0;
  /** How far the update has come, from 0 to 1. */
  done = 0;
  #frame = 0;

  /**
   * @param {HTMLElement} root
   * @param {UpdateRecord} data
   * @param {Palette} palette
   */
  constructor(root, data, palette) {
    this.root = root;
    this.data = data;
    this.palette = palette;
    this.rate = Math.max(0, data.rates.indexOf(0.1));
    root.innerHTML = `<div class="gr-bar"></div><div class="gr-grids"></div><div class="gr-told" role="status"></div>`;
    this.#bar();
    this.draw();
  }

  /** @param {string} part */
  #find(part) {
    return /** @type {HTMLElement} */ (this.root.querySelector(part));
  }

  #bar() {
    const { data } = this;
    const { words } = data;
    const options = data.rates.map(
      (rate, k) => `<option value="${k}"${k === this.rate ? " selected" : ""}>${rate}</option>`,
    );
    this.#find(".gr-bar").innerHTML =
      `<label>${words.rate} <select>${options.join("")}</select></label> <button type="button" class="tri-button">${words.play}</button> <output></output>`;
    const select = /** @type {HTMLSelectElement} */ (this.#find("select"));
    select.addEventListener("change", () => {
      this.rate = Number(select.value);
      this.done = 0;
      this.draw();
    });
    this.#find("button").addEventListener("click", () => this.#play());
  }

  /** One update, or back to before it. */
  #play() {
    cancelAnimationFrame(this.#frame);
    const back = this.done > 0;
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (back || calm) {
      this.done = back ? 0 : 1;
      return this.draw();
    }
    const begun = performance.now();
    const tick = () => {
      this.done = Math.min(1, (performance.now() - begun) / LONG);
      this.draw();
      if (this.done < 1) this.#frame = requestAnimationFrame(tick);
    };
    tick();
  }

  close() {
    cancelAnimationFrame(this.#frame);
  }

  /** A weight as it is now. @param {GradientRecord} weight @param {number} i @param {number} j */
  #now({ before, gradient }, i, j) {
    return before[i][j] - this.done * this.data.rates[this.rate] * gradient[i][j];
  }

  draw() {
    const { data, palette } = this;
    const { words } = data;
    const [before, after] = [data.loss, data.later[this.rate]];
    const shown = this.done >= 1 ? after : before;
    const said = fill(words.loss, { loss: small(shown) });
    this.#find("output").textContent = this.done >= 1 && after > before ? `${said} ${words.grows}` : said;
    this.#find("button").textContent = this.done > 0 ? words.back : words.play;
    const grids = this.#find(".gr-grids");
    const most = Math.max(...data.weights.flatMap(({ gradient }) => gradient.flat().map(Math.abs)), 1e-300);
    const range = Math.max(1, ...data.weights.flatMap((one) => one.before.flat().map(Math.abs)));
    if (!grids.childElementCount) this.#lay(grids);
    for (const [k, weight] of data.weights.entries()) {
      const tables = grids.querySelectorAll(`[data-weight="${k}"] table`);
      for (const [which, table] of tables.entries()) {
        const scale = which ? most : range;
        for (const cell of table.querySelectorAll("td")) {
          const [i, j] = [Number(cell.dataset.i), Number(cell.dataset.j)];
          const v = which ? weight.gradient[i][j] : this.#now(weight, i, j);
          const shade = Math.max(-1, Math.min(1, v / scale));
          cell.style.background = palette.css(shade);
          cell.style.color = palette.contrast(shade);
          const text = show(v, false, which ? 3 : 2);
          if (cell.firstChild && cell.firstChild.textContent !== text) cell.firstChild.textContent = text;
          const mine = this.pick?.weight === weight && this.pick.i === i && this.pick.j === j;
          cell.classList.toggle("gr-picked", mine);
        }
      }
    }
    this.#told();
  }

  /** The tables, once. @param {HTMLElement} grids */
  #lay(grids) {
    const { words } = this.data;
    for (const [k, weight] of this.data.weights.entries()) {
      const [rows, columns] = weight.axes;
      const head = columns ? `<tr><th></th>${columns.map((one) => `<th>${escaped(one)}</th>`).join("")}</tr>` : "";
      const body = weight.before.map((line, i) => {
        const cells = line
          .map((_, j) => `<td data-i="${i}" data-j="${j}"><button type="button"></button></td>`)
          .join("");
        return `<tr>${rows ? `<th>${escaped(rows[i])}</th>` : ""}${cells}</tr>`;
      });
      const first = rows || !columns ? head : head.replace("<th></th>", "");
      const table = `<table>${first}${body.join("")}</table>`;
      const box = document.createElement("div");
      box.className = "gr-weight";
      box.dataset.weight = String(k);
      box.innerHTML = `<div><b>${weight.label}</b>${table}</div><div><b>∂${weight.label}</b>${table}</div>`;
      grids.append(box);
      box.addEventListener("click", (event) => {
        const cell = /** @type {HTMLElement} */ (event.target).closest("td");
        if (!cell) return;
        this.pick = { weight, i: Number(cell.dataset.i), j: Number(cell.dataset.j) };
        this.draw();
      });
    }
    if (!grids.childElementCount) grids.textContent = words.none;
  }

  /** The passport of the weight that is asked. */
  #told() {
    const { data, palette, pick } = this;
    const { words } = data;
    const box = this.#find(".gr-told");
    if (!pick) {
      box.textContent = words.about;
      return;
    }
    const { weight, i, j } = pick;
    const shares = sharesOf(weight, data.T, i, j);
    const most = Math.max(...shares.map(Math.abs), 1e-300);
    const [rows, columns] = weight.axes;
    const place = [rows?.[i] ?? i + 1, ...(weight.pairs.some((one) => one.columns) ? [columns?.[j] ?? j + 1] : [])];
    const name = `${weight.label}[${place.map((one) => escaped(String(one))).join(",")}]`;
    const bars = shares.map((v, t) => {
      const width = (Math.abs(v) / most) * 46;
      const side = v < 0 ? `right:50%` : `left:50%`;
      const colour = palette.css(v < 0 ? -0.75 : 0.75);
      const what = fill(words.share, { t: stepText(t + 1), x: escaped(data.labels[t]) });
      return `<tr><th>${what}</th><td class="gr-bar1"><i style="width:${width}%;${side};background:${colour}"></i></td><td>${signed(v)}</td></tr>`;
    });
    const gradient = weight.gradient[i][j];
    const measured = weight.measured?.[i][j] ?? null;
    const values = {
      gradient: plain(gradient),
      slope: measured === null ? "" : plain(measured),
      digits: measured === null ? 0 : agreeing(gradient, measured),
    };
    const sum = fill(measured === null ? words.unmeasured : words.sum, values);
    const rate = data.rates[this.rate];
    const before = weight.before[i][j];
    const moved = fill(words.update, {
      ...{ rate, before: plain(before), gradient: guarded(plain(gradient)), after: plain(before - rate * gradient) },
      ...{ loss: small(data.loss), later: small(data.later[this.rate]) },
    });
    box.innerHTML = `<b>${fill(words.of, { name })}</b><table class="gr-shares">${bars.join("")}</table><p>${sum}</p><p>${moved}</p>`;
  }
}

/**
 * The component.
 * @param {{ data: UpdateRecord, parentElement: HTMLElement }} component
 */
export default function ({ data, parentElement }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".rnnviz-gradients"));
  const palette = paletteOf(root, data.themes);
  root.style.setProperty("--gr-cell", `${CELL}px`);
  const shown = new Weights(root, data, palette);
  root.dataset.ready = "true";
  return () => shown.close();
}
