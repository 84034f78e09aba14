// The player: draws the timeline and the stage with Plotly, steps through time, answers a click with its arithmetic.
// It holds the numbers of all steps, so that stepping and playing ask nothing of the server. All numbers are the core's;
// what is computed here (a product, a sum on the way to a result) is put together from them.

import { NOW, stepped } from "./address.js";
import { Arithmetic } from "./arithmetic.js";
import { Ask } from "./ask.js";
import { Change } from "./change.js";
import { channels, clamp, dark, luminance } from "./colours.js";
import { compose, flow } from "./layout.js";
import { Network } from "./network.js";
import { MINUS, Numbers, brief, escaped, fill, named, parts, show } from "./numbers.js";
import { Timeline } from "./timeline.js";
import { Tree } from "./tree.js";

const KEPT = (window.rnnvizPlayers ??= new Map()); // key -> what outlives a remount: focus, slow motion, speed
const LIVE = (window.rnnvizLive ??= new Set()); // the players that are on the page now
const BESIDE = 880; // pixels from which on the two players of a comparison stand side by side, as style.css has it

let loading;
function plotly(url) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  return (loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { loading = undefined; reject(new Error(`${url} did not load`)); };
    document.head.append(script);
  }));
}

class Player {
  constructor(root, key) {
    this.root = root;
    this.kept = KEPT.get(key) ?? { get t() { return NOW.t; }, set t(t) { NOW.t = t; }, focus: null, slow: false, speed: 1 };
    KEPT.set(key, this.kept);
    LIVE.add(this);
    this.part = null; // in slow motion: how many parts of this step are done
    this.pick = null; // the chosen cell: {source, i, j}
    this.playing = null;
    const find = (selector) => root.querySelector(selector);
    this.timeline = new Timeline(this);
    this.network = new Network(this);
    this.ask = new Ask(this);
    this.lit = null; // the weight that is touched, lit up in every copy
    this.litAt = null; // the one copy, where the weights are untied
    this.untied = false;
    this.stage = find(".rv-stage");
    this.range = find("input[type=range]");
    this.change = new Change(this);
    this.listen(find);
  }

  /** Listeners are added once, here: the element outlives every run of the script. */
  listen(find) {
    for (const button of this.root.querySelectorAll("button[data-do]")) {
      button.addEventListener("click", () => this.do(button.dataset.do));
    }
    this.range.addEventListener("input", () => this.go(+this.range.value));
    for (const button of this.root.querySelectorAll("[data-level]")) button.addEventListener("click", () => this.setLevel(button.dataset.level));
    find(".rv-formulas").addEventListener("click", () => this.setLevel("numbers"));
    find(".rv-speed select").addEventListener("change", (event) => {
      this.kept.speed = +event.target.value;
      if (this.playing) { this.pause(); this.play(); }
    });
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    // A presenter's clicker works right after typing and Enter. Last in line, so that the field takes its text first.
    this.entered = (event) => {
      const field = event.target;
      if (!this.follows && event.key === "Enter" && !event.isComposing && field instanceof HTMLInputElement && field.type === "text") this.root.focus({ preventScroll: true });
    };
    document.addEventListener("keydown", this.entered);
    this.stage.addEventListener("click", (event) => {
      if (this.change.moving) return;
      const hit = this.hit(event);
      if (hit) this.choose(hit);
      else if (this.level === "box") this.setLevel("equation");
    });
    this.stage.addEventListener("mousemove", (event) => this.hover(event, this.hit(event)));
    this.stage.addEventListener("mouseleave", () => this.hover(null, null));
    this.stage.addEventListener("keydown", (event) => this.walk(event));
    const { holder } = this.timeline;
    holder.addEventListener("click", (event) => this.timeline.click(event));
    holder.addEventListener("mousemove", (event) => this.hover(event, this.timeline.hit(event)));
    holder.addEventListener("mouseleave", () => this.hover(null, null));
    this.resized = () => { cancelAnimationFrame(this.frame); this.frame = requestAnimationFrame(() => this.head && this.draw(true)); };
    this.observer = new ResizeObserver(() => { if (this.root.clientWidth !== this.width) this.resized(); });
    this.observer.observe(this.root);
    window.addEventListener("resize", this.resized);
  }

  close() {
    this.pause();
    LIVE.delete(this);
    this.ask.close();
    document.removeEventListener("keydown", this.keys);
    document.removeEventListener("keydown", this.entered);
    window.removeEventListener("resize", this.resized);
    this.observer.disconnect();
  }

  /** A run of the script: new numbers, words or theme. */
  async update(head, values, act) {
    this.head = head;
    this.numbers = new Numbers(head, values);
    this.arithmetic = new Arithmetic(head, this.numbers);
    this.act = act;
    this.words = head.words;
    if (Boolean(head.graph) !== this.timeline instanceof Tree) this.timeline = head.graph ? new Tree(this) : new Timeline(this);
    const kept = this.kept;
    // A jump is obeyed once; the first of a session ("") only by a page just loaded, as a server may begin anew.
    if (head.seek[0] !== NOW.seek) {
      if (head.seek[0] || NOW.seek === null) { kept.t = head.seek[1]; this.part = null; }
      NOW.seek = head.seek[0];
    }
    if (kept.t > head.T && !this.follows) kept.t = head.T;
    if (!this.follows) stepped();
    this.blocks = new Map(head.stage.blocks.map((block) => [block.name, block]));
    if (!this.blocks.has(kept.focus)) kept.focus = head.stage.focus;
    if (this.pick && !this.fits(this.pick)) this.pick = null;
    this.parts = head.stage.blocks.flatMap((block) => ["operands", ...(block.working ? ["terms"] : []), ...(block.working?.sum ? ["sum"] : []), "result"].map((part) => ({ block, part })));
    if (kept.slow && this.part === null) this.part = this.parts.length;
    this.change.update();
    this.label();
    this.Plotly = await plotly(head.plotly);
    if (!this.root.isConnected || this.head !== head) return;
    const style = getComputedStyle(this.root);
    this.theme = head.themes[dark(style.getPropertyValue("--st-background-color")) ? "dark" : "light"];
    for (const name of ["accent", "frame"]) this.root.style.setProperty(`--rv-${name}`, this.theme[name]);
    this.font = style.fontFamily;
    this.colours = this.theme.scale.map(channels);
    this.draw(true);
    this.root.dataset.ready = "true";
  }

  /** The names of all controls, in the reader's language. */
  label() {
    const words = this.words, set = (selector, text) => this.root.querySelector(selector).setAttribute("aria-label", text);
    this.root.setAttribute("aria-label", words.player);
    for (const button of this.root.querySelectorAll(".rv-buttons button")) {
      button.setAttribute("aria-label", words[button.dataset.do]);
      button.title = words[button.dataset.do];
    }
    const { side } = this.head, title = this.root.querySelector(".rv-title"), name = document.createElement("b");
    this.root.classList.toggle("rv-side", Boolean(side));
    this.root.classList.toggle("rv-follows", this.follows);
    this.root.classList.toggle("rv-on-tree", Boolean(this.head.graph));
    title.hidden = !side;
    name.textContent = side?.name ?? "";
    title.replaceChildren(name, ` ${side?.about ?? ""}`);
    if (this.follows) this.root.setAttribute("aria-label", side.name);
    set("input[type=range]", words.scrubber);
    this.ask.label();
    const slow = this.root.querySelector(".rv-slow");
    slow.textContent = words.slow;
    slow.setAttribute("aria-pressed", this.kept.slow);
    this.root.querySelector(".rv-speed span").textContent = words.speed;
    const select = this.root.querySelector(".rv-speed select");
    select.replaceChildren(...[0.5, 1, 2, 4].map((speed) => new Option(`${speed}×`, speed, false, speed === this.kept.speed)));
    this.range.max = this.head.T;
    this.ticks();
  }

  /** The symbols of the sequence under the scrubber, as many as have room. */
  ticks() {
    const ticks = this.root.querySelector(".rv-ticks"), { T } = this.head;
    const longest = this.head.graph ? String(T).length : Math.max(...this.head.labels.map((label) => [...label].length)), wide = longest > 1 ? Math.min(10, longest) * 8 + 5 : 12;
    const every = Math.ceil((T * wide) / Math.max(60, this.range.clientWidth));
    ticks.replaceChildren(...Array.from({ length: T + 1 }, (_, t) => t).filter((t) => t % every === 0).map((t) => {
      const tick = document.createElement("span");
      tick.style.left = `${(100 * t) / T}%`;
      if (t && t + every > T && longest > 3) tick.style.transform = "translateX(-100%)"; // the last keeps inside
      tick.dataset.t = t;
      tick.onclick = () => this.go(t);
      return tick;
    }));
  }

  /** How far the box is open on the page that shows it: closed, its equations, their numbers. */
  get level() { return this.head.network && !this.shownPart() ? (this.kept.level ?? "box") : "numbers"; }

  setLevel(level) {
    this.kept.level = level;
    this.draw(true);
  }

  drawLevels() {
    const { network } = this.head, { level, words } = this, find = (selector) => this.root.querySelector(selector);
    find(".rv-levels").hidden = !network;
    find(".rv-formulas").hidden = level !== "equation";
    this.stage.hidden = level === "equation";
    if (!network) return;
    for (const button of this.root.querySelectorAll("[data-level]")) {
      button.textContent = words[`level_${button.dataset.level}`];
      button.setAttribute("aria-pressed", button.dataset.level === level);
    }
    find(".rv-formulas").innerHTML = network.formulas.map((formula) => `<div>${formula}</div>`).join("");
  }

  // --- moving through time

  /** Whether another player of a comparison has the bar and takes the keys, for this one too. */
  get follows() { return this.head?.side?.leads === false; }

  do(what) {
    ({
      first: () => this.go(1),
      last: () => this.go(this.head.T),
      back: () => this.move(-1),
      forward: () => this.move(1),
      play: () => (this.playing ? this.pause() : this.play()),
      slow: () => this.setSlow(!this.kept.slow),
    })[what]();
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented || !this.head || this.follows) return;
    const target = event.composedPath()[0];
    if (target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable], [role=radio], [role=slider], [role=tab], [role=listbox], [role=option], [role=grid], [role=combobox], [role=menu]")) return;
    if (event.key === " " && target.closest?.("button, a, summary, [role=button], input")) return;
    const what = { ArrowRight: "forward", PageDown: "forward", ArrowLeft: "back", PageUp: "back", Home: "first", End: "last", " ": "play" }[event.key];
    if (!what) return;
    event.preventDefault();
    this.do(what);
  }

  /** One step, or in slow motion one part of a step. */
  move(by) {
    if (!this.kept.slow) return this.go(this.kept.t + by);
    const all = this.parts.length;
    let { t } = this.kept, part = (this.part ?? all) + by;
    if (part > all && t < this.head.T) { t += 1; part = 1; }
    if (part < 1 && t > 0) { t -= 1; part = all; }
    if (t === 0) part = all;
    this.go(t, Math.max(0, Math.min(all, part)));
  }

  go(t, part = this.kept.slow ? this.parts.length : null) {
    if (this.follows) return [...LIVE].find((other) => other.head?.side?.leads)?.go(t);
    t = Math.max(0, Math.min(this.head.T, t));
    this.part = part;
    this.kept.t = t;
    const now = this.shownPart();
    if (now) this.kept.focus = now.block.name;
    if (this.playing && this.atEnd()) this.pause();
    stepped();
    return this.draw();
  }

  /** In slow motion the part that is under way, else null: {block, part}. */
  shownPart() {
    return this.kept.slow && this.kept.t > 0 && this.part !== null && this.part >= 1 ? this.parts[this.part - 1] : null;
  }

  atEnd() { return this.kept.t >= this.head.T && (!this.kept.slow || this.part >= this.parts.length); }

  setSlow(slow) {
    this.kept.slow = slow;
    this.part = slow ? this.parts.length : null;
    this.root.querySelector(".rv-slow").setAttribute("aria-pressed", slow);
    if (slow && this.kept.t > 0) this.go(this.kept.t, 1);
    else { this.kept.focus = this.head.stage.focus; this.draw(); }
  }

  play() {
    if (this.atEnd()) this.go(this.kept.slow ? 0 : 1);
    this.playing = setInterval(() => this.move(1), (this.kept.slow ? 1600 : 1200) / this.kept.speed);
    this.playState();
  }

  pause() {
    clearInterval(this.playing);
    this.playing = null;
    this.playState();
  }

  playState() {
    this.root.classList.toggle("rv-playing", Boolean(this.playing));
    const button = this.root.querySelector("[data-do=play]");
    if (this.words) button.setAttribute("aria-label", (button.title = this.playing ? this.words.pause : this.words.play));
  }

  // --- what is known by now

  /** Whether a signal is known at step t: reached, and in slow motion computed. */
  known(name, t) {
    const now = this.kept.t, { gives, reads, ahead, fed } = this.head.timeline;
    if (t === null) return now > 0; // a child that there is not: zeros
    const inside = t >= 1 && t <= this.head.T;
    if (inside && (name === "y" || name === this.head.stage.share) && !reads[t - 1]) return false;
    if (inside && name === "x" && !fed[t - 1]) return gives[t - 1] || Boolean(this.head.graph); // an inner node has zeros
    if ((name === "x" && !inside) || ahead.includes(name)) return true;
    if (t > now) return false;
    const part = this.shownPart();
    if (!part || t < now) return true;
    const order = this.head.stage.blocks, index = order.findIndex((block) => block.name === name), current = order.indexOf(part.block);
    return index < current || (index === current && part.part === "result");
  }

  /** The number of a cell of a tile now, or NaN where it is not known yet. */
  cell(tile, r, c) {
    const { source } = tile, t = this.kept.t;
    if (source[0] === "weight") return this.numbers.weight(source[1], r, c, t);
    const i = tile.lying ? c : r;
    const at = source[0] === "signal" ? this.numbers.step(t, source[2]) : t;
    if (source[0] === "signal" && at < 1 && !(this.head.signals[source[1]].before > -at) && t === 0) return NaN;
    if (source[0] === "signal" && !this.known(source[1], at)) return NaN;
    if (tile.role === "working" && !this.worked(tile)) return NaN;
    if (t === 0 && tile.role === "working") return NaN;
    return this.numbers.value(source, i, t);
  }

  /** Whether slow motion has come to a tile of the working: its terms first, then their sum. */
  worked(tile) {
    const part = this.shownPart();
    return part ? part.part === "sum" || part.part === "result" || (part.part === "terms" && !tile.isSum) : true;
  }

  /** Whether two steps have the same weights: all have, unless untied, or an encoder has its own. null is any step. */
  sameWeights(one, other) {
    if (one === null || other === null) return true;
    const { decoder } = this.head;
    return this.untied ? one === other : one < decoder === other < decoder;
  }

  /** What a step is called: the symbol that came in, if it is known by now, else its number. */
  labelOf(t) {
    const { T, timeline } = this.head, { labels } = this.told;
    if (t < 1 || t > T) return "";
    return timeline.fed[t - 1] && t > this.kept.t ? "?" : labels[t - 1];
  }

  /** The words to the numbers that are shown: those before the reader's changes, or after them. */
  get told() { return this.head.changed && this.numbers.view === "before" ? this.head.changed : this.head; }

  // --- drawing

  room() {
    const scroller = this.root.closest("[data-testid=stMain]") ?? document.documentElement;
    const top = this.root.getBoundingClientRect().top + scroller.scrollTop;
    const bar = this.root.querySelector(".rv-bar").offsetHeight + this.root.querySelector(".rv-title").offsetHeight;
    const left = window.innerHeight - top - bar;
    if (this.head.network) return { timeline: 330, stage: 300 };
    if (this.head.side && !this.beside) return { timeline: 130, stage: 340 };
    if (this.head.graph) return this.timeline.room(left);
    const timeline = Math.max(100, Math.min(150, left * 0.25)) * (this.head.ripple ? 1.3 : 1);
    return { timeline, stage: Math.max(210, Math.min(620, left - timeline - 66)) };
  }

  /** Draw everything; places anew only where asked, or where another equation is in focus. */
  draw(anew = false) {
    this.width = this.root.clientWidth;
    if (!this.width || !this.theme) return;
    this.beside = this.head.side && this.root.closest(".st-key-compare").clientWidth >= BESIDE;
    this.root.classList.toggle("rv-beside", this.beside);
    const layout = `${this.kept.focus} ${this.shownPart() ? "slow" : ""} ${this.level}`, relaid = anew || layout !== this.layout;
    this.layout = layout;
    const room = this.room();
    if (relaid) this.ticks();
    this.change.drawViews();
    this.drawBar();
    this.network.draw(relaid);
    this.timeline.draw(room.timeline, relaid);
    if (relaid) this.drawLevels();
    if (this.level !== "equation") this.drawStage(room.stage, relaid);
    this.drawText();
    if (relaid) this.drawLegend();
    if (this.head.side?.leads) for (const other of LIVE) if (other.follows && this.kept.t <= other.head.T) other.draw();
  }

  drawBar() {
    const { t } = this.kept, { T } = this.head;
    const said = fill(t ? this.words.step : this.words.start, { t, T, symbol: this.labelOf(t) });
    this.range.value = t;
    this.range.setAttribute("aria-valuetext", said);
    this.root.querySelector(".rv-step").textContent = said;
    this.root.dataset.t = t;
    for (const tick of this.root.querySelectorAll(".rv-ticks span")) {
      tick.classList.toggle("rv-now", +tick.dataset.t === t);
      tick.textContent = +tick.dataset.t && !this.head.graph ? brief(this.labelOf(+tick.dataset.t)) : tick.dataset.t;
    }
    const slow = this.shownPart();
    this.root.querySelector("[data-do=first]").disabled = t === 1 && !slow;
    this.root.querySelector("[data-do=back]").disabled = t === 0;
    for (const name of ["forward", "last"]) this.root.querySelector(`[data-do=${name}]`).disabled = this.atEnd();
  }

  /** The blocks that have room: all equations spelled out, or the one in focus with the others folded. */
  contents(form = this.width >= 560 ? "wide" : "narrow") {
    const lines = (block, part, extra = {}) => ({ name: block.name, lines: part.map((line, k) => ({ ...line, ...extra, foot: block.name === "y" && extra.role !== "working" && this.hasChoice(line), loop: k === 0 && extra.full })) });
    const all = this.head.stage.blocks, focus = this.blocks.get(this.kept.focus);
    if (this.level === "box") return [this.head.network.black.map((block) => lines(block, block[form], { role: "equation" }))];
    const full = (block) => lines(block, block[form], { role: "equation", full: true });
    const folded = (block) => lines(block, block.folded, { role: "folded" });
    const others = all.filter((block) => block !== focus);
    if (this.shownPart()) {
      const work = focus.working ? [lines(focus, focus.working[form], { role: "working" })] : [];
      return [[full(focus), ...work, ...others.map(folded)], [full(focus), ...work]];
    }
    // Unfold as many of the other equations as have room, the last ones first: they are the short ones, and y.
    const unfolded = others.map((_, k) => others.slice(k)).slice(-12).map((some) => [full(focus), ...others.filter((b) => !some.includes(b)).map(folded), ...some.map(full)]);
    return [...unfolded, [full(focus), ...others.map(folded)]];
  }

  hasChoice(line) {
    const { share } = this.head.stage;
    return share && line.tiles.some((tile) => tile[4][0] === "signal" && tile[4][1] === "y" && tile[4][2] === 0);
  }

  drawStage(height, relaid) {
    const { sizes } = this.head;
    if (relaid || !this.page) {
      const { beside } = this, narrow = this.width < 560 && !beside;
      // Two pictures side by side have half the room: an equation on one line if that can be read, and smaller cells.
      const options = beside ? [...this.contents("wide"), ...this.contents("narrow")] : this.head.side ? this.contents().slice(-1) : this.contents();
      const enough = beside ? sizes.cell_beside : sizes.readable_cell;
      let chosen;
      for (const [k, blocks] of options.entries()) {
        const flowed = flow(blocks, this.width, narrow ? 1e5 : height, sizes);
        if (k === options.length - 1 || flowed.cell >= enough) { chosen = flowed; break; }
      }
      // Where not even folded equations leave room, those go below, and the one in focus stays readable.
      const last = options.at(-1), readable = { ...sizes, largest_cell: enough };
      if (!narrow && chosen.cell < 0.95 * enough && flow([last[0]], this.width, height, readable).cell >= enough) {
        chosen = flow(last, this.width, 1e5, readable);
      }
      this.page = compose(chosen, this.width, sizes);
      for (const tile of this.page.tiles) tile.isSum = tile.role === "working" && this.blocks.get(tile.block.name).working.sum && tile === this.page.tiles.filter((other) => other.role === "working").at(-1);
      this.stage.style.height = `${narrow ? this.page.height : Math.max(height, this.page.height)}px`;
    }
    const page = this.page, rows = page.y.length - 1, columns = page.x.length - 1;
    const z = Array.from({ length: rows }, () => new Float32Array(columns).fill(NaN));
    for (const tile of page.tiles) {
      const scale = this.scale(tile.source);
      for (let r = 0; r < tile.h; r++) for (let c = 0; c < tile.w; c++) {
        z[tile.row + r][tile.column + c] = clamp(this.cell(tile, r, c) / scale);
      }
    }
    const plot = this.stage.querySelector(".rv-plot");
    if (relaid || !plot.data) {
      const path = { x: [], y: [] };
      for (const [from, to] of page.loops) {
        const x1 = from.x + from.width / 2, x2 = to.x + to.width / 2;
        path.x.push(x1, x1, x2, x2, null);
        path.y.push(from.y + from.height + 2, from.low, from.low, to.y + to.height + 4, null);
      }
      const heads = page.loops.map(([, to]) => [to.x + to.width / 2, to.y + to.height + 5]);
      this.plot(plot, z, page.x, page.y, page.height, page.marks.map((mark) => this.annotation(mark)), page.cell < 6 ? 0 : 1, path, heads);
    } else if (!this.quick) this.Plotly.restyle(plot, { z: [z] }, [0]);
    this.overStage(z);
  }

  annotation(mark) {
    return {
      x: mark.x, y: mark.y, text: mark.text, showarrow: false, xanchor: mark.anchor, yanchor: mark.baseline, borderpad: 0, xshift: 0,
      font: { size: mark.size, color: ["under", "unit", "between_shape"].includes(mark.kind) ? this.theme.faint : this.theme.ink, family: this.font },
    };
  }

  /** One heatmap on a grid whose edges are pixels, one line trace for all arrows, no margins: data and page agree. */
  plot(element, z, x, y, height, annotations, gap, path = { x: [], y: [] }, heads = []) {
    const axis = { visible: false, fixedrange: true, autorange: false };
    const { theme } = this;
    const traces = [
      { type: "heatmap", z, x, y, zmin: -1, zmax: 1, zsmooth: false, xgap: gap, ygap: gap, showscale: false, hoverinfo: "skip",
        colorscale: theme.scale.map((colour, k) => [k / (theme.scale.length - 1), colour]) },
      { type: "scatter", mode: "lines", x: path.x, y: path.y, line: { color: theme.faint, width: 1.6, shape: "linear" }, hoverinfo: "skip", showlegend: false },
      { type: "scatter", mode: "markers", x: heads.map((p) => p[0]), y: heads.map((p) => p[1]), hoverinfo: "skip", showlegend: false,
        marker: { symbol: "triangle-up", size: 8, color: theme.faint } },
    ];
    const layout = {
      width: this.width, height, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, annotations,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: this.font, color: theme.ink },
      xaxis: { ...axis, range: [0, this.width] }, yaxis: { ...axis, range: [height, 0] },
    };
    this.Plotly.react(element, traces, layout, { staticPlot: true, displayModeBar: false });
  }

  /** What lies over the stage: frames, numbers, the chosen symbol, the chosen cell. */
  overStage(z) {
    const page = this.page, pen = this.canvas(this.stage, page.height), { sizes } = this.head, { theme } = this;
    const part = this.shownPart();
    const printable = page.cell >= (this.beside ? sizes.cell_beside : sizes.cell_for_numbers);
    const fit = Math.max(sizes.smallest_number, Math.min(19, page.cell * 0.425));
    for (const tile of page.tiles) {
      if (this.quick) for (let r = 0; r < tile.h; r++) for (let c = 0; c < tile.w; c++) this.paint(pen, tile.x + c * page.cell, tile.y + r * page.cell, page.cell, page.cell, z[tile.row + r][tile.column + c]);
      pen.strokeStyle = theme.frame;
      pen.lineWidth = 1;
      pen.strokeRect(tile.x - 0.5, tile.y - 0.5, tile.width + 1, tile.height + 1);
      if (part && this.active(tile, part)) {
        pen.strokeStyle = theme.accent;
        pen.lineWidth = 2.5;
        pen.strokeRect(tile.x - 2, tile.y - 2, tile.width + 4, tile.height + 4);
      }
      const scale = this.scale(tile.source), whole = tile.source[0] === "signal" && tile.source[1] === "x";
      if (printable) {
        pen.textAlign = "center";
        pen.textBaseline = "middle";
        for (let r = 0; r < tile.h; r++) for (let c = 0; c < tile.w; c++) {
          const v = this.cell(tile, r, c);
          if (Number.isNaN(v) && !this.computed(tile)) continue;
          const text = show(v, whole);
          pen.font = `${text.length > 5 ? fit * 0.85 : this.beside && text.length > 4 && page.cell < 28 ? fit * 0.9 : fit}px ${this.font}`;
          pen.fillStyle = this.contrast(clamp(v / scale));
          pen.fillText(text, tile.x + (c + 0.5) * page.cell, tile.y + (r + 0.5) * page.cell + 1);
        }
      }
      if (this.isChoice(tile)) this.writeChoice(pen, tile);
    }
    if (this.head.changed) this.markChanges(pen);
    this.ask.overStage(pen);
    if (this.pick) for (const tile of page.tiles) {
      const place = this.placeOf(tile, this.pick);
      if (!place) continue;
      pen.strokeStyle = theme.accent;
      pen.lineWidth = 3;
      pen.strokeRect(tile.x + place[1] * page.cell + 1, tile.y + place[0] * page.cell + 1, page.cell - 2, page.cell - 2);
    }
    this.stage.setAttribute("aria-label", fill(this.words.stage, { t: this.kept.t, names: this.head.stage.blocks.map((block) => block.name).join(", ") }));
  }

  /** A corner on every number that the reader set: a weight or a state that was another, a signal that is held. */
  markChanges(pen) {
    const { page, numbers } = this, { t } = this.kept;
    pen.fillStyle = this.theme.accent;
    for (const tile of page.tiles) {
      const [kind, name, shift] = tile.source;
      if (kind !== "weight" && kind !== "vector" && kind !== "signal") continue;
      const at = kind === "signal" ? numbers.step(t, shift) : t, given = kind !== "signal" || name === "x" || at < 1 || at > this.head.T;
      for (let r = 0; r < tile.h; r++) for (let c = 0; c < tile.w; c++) {
        const i = tile.lying && kind !== "weight" ? c : r, read = () => (kind === "signal" ? numbers.signal(name, at, i) : numbers.weight(name, i, c, t));
        const set = given ? numbers.as("after", read) !== numbers.as("before", read) : this.heldAt(name, at, i);
        if (!set) continue;
        const x = tile.x + (c + 1) * page.cell - 1, y = tile.y + r * page.cell + 1, size = Math.max(5, page.cell * 0.24);
        pen.beginPath();
        pen.moveTo(x - size, y);
        pen.lineTo(x, y);
        pen.lineTo(x, y + size);
        pen.fill();
      }
    }
  }

  /** Whether the reader holds row i of a signal at step t. */
  heldAt(name, t, i) { return (this.head.held[name] ?? []).some(([step, row]) => step === t - 1 && row === i); }

  computed(tile) {
    const [kind, name, shift] = tile.source;
    if (kind === "weight") return true;
    if (tile.role === "working") return this.worked(tile);
    const at = kind === "signal" ? this.numbers.step(this.kept.t, shift) : null;
    return kind !== "signal" || ((at === null || at >= 1) && this.known(name, at));
  }

  /** The tiles that a part of slow motion is about. */
  active(tile, { block, part }) {
    if (tile.block.name !== block.name) return false;
    const result = tile.role === "equation" && tile.source[0] === "signal" && tile.source[1] === block.name && tile.source[2] === 0;
    if (part === "operands") return tile.role === "equation" && !result && tile.source[0] === "signal";
    if (part === "terms") return tile.role === "working" && !tile.isSum;
    if (part === "sum") return tile.role === "working" && tile.isSum;
    return result;
  }

  isChoice(tile) {
    return this.head.stage.share && tile.source[0] === "signal" && tile.source[1] === "y" && tile.source[2] === 0 && tile.block.name === "y" && tile.role !== "working";
  }

  /** The symbol with the largest probability at step t, or null where y is not known. */
  choice(t) {
    const { share } = this.head.stage;
    if (!share || t < 1 || !this.known(share, t)) return null;
    const { n } = this.head.signals[share], p = (k) => this.numbers.signal(share, t, k);
    const chosen = this.numbers.frame === null ? this.told.chosen : this.head.sweep.chosen[this.numbers.frame];
    let best = chosen?.[t - 1] ?? 0;
    if (!chosen) for (let k = 1; k < n; k++) if (p(k) > p(best)) best = k;
    return Number.isNaN(p(best)) ? null : { symbol: this.head.symbols[best], p: p(best) };
  }

  writeChoice(pen, tile) {
    const choice = this.choice(this.kept.t);
    if (!choice) return;
    pen.fillStyle = this.theme.ink;
    pen.textBaseline = "top";
    pen.textAlign = "center";
    pen.font = `600 ${this.head.sizes.symbol + 2}px ${this.font}`;
    pen.fillText(`${choice.symbol} ${Math.round(100 * choice.p)}%`, tile.x + tile.width / 2, tile.y + tile.height + 4);
  }

  canvas(holder, height) {
    const canvas = holder.querySelector("canvas"), ratio = window.devicePixelRatio || 1;
    canvas.width = this.width * ratio;
    canvas.height = height * ratio;
    canvas.style.width = `${this.width}px`;
    canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d");
    pen.scale(ratio, ratio);
    return pen;
  }

  scale(source) {
    const { ranges, ripple } = this.head;
    if (ripple && source[1] === ripple.name) return ripple.range;
    return source[0] === "signal" && ranges.states.includes(source[1]) ? ranges.state : ranges.weight;
  }

  /** While a number is dragged Plotly is too slow: its cells are painted over, and drawn by it again at the end. */
  get quick() { return this.numbers.frame !== null; }

  paint(pen, x, y, width, height, v) {
    pen.fillStyle = Number.isNaN(v) ? this.theme.background : `rgb(${this.colour(v).map(Math.round).join(",")})`;
    pen.fillRect(x, y, width - (width > 6 ? 1 : 0), height - (height > 6 ? 1 : 0));
  }

  /** The colour of a value from -1 to 1, as Plotly mixes it. */
  colour(v) {
    const at = ((v + 1) / 2) * (this.colours.length - 1), k = Math.min(Math.floor(at), this.colours.length - 2), f = at - k;
    return [0, 1, 2].map((c) => this.colours[k][c] * (1 - f) + this.colours[k + 1][c] * f);
  }

  /** Black or white, whichever is read better on the colour of a value from -1 to 1. */
  contrast(v) {
    if (Number.isNaN(v)) return this.theme.ink;
    const light = luminance(this.colour(v));
    return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
  }

  drawText() {
    const part = this.shownPart(), { t } = this.kept;
    const sentence = this.root.querySelector(".rv-sentence");
    const said = part && (part.part === "result" && part.block.working?.function ? "slow_function" : `slow_${part.part}`);
    const html = part ? fill(this.words[said], { name: named(part.block.name, `${t}`), function: part.block.working?.function ?? "", t }) : this.told.sentences[t];
    if (html !== this.sentence) sentence.innerHTML = this.sentence = html;
    this.ask.draw();
    this.change.drawPanel();
  }

  drawLegend() {
    const { ranges } = this.head, { scale } = this.theme, gradient = `linear-gradient(to right, ${scale.join(",")})`;
    const legend = this.root.querySelector(".rv-legend");
    const rows = [[ranges.state, this.words.states], [ranges.weight, this.words.weights]];
    if (this.head.ripple) rows.push([this.head.ripple.range, fill(this.words.ripple, { name: this.head.ripple.name })]);
    legend.replaceChildren(...rows.map(([r, words]) => {
      const item = document.createElement("span"), bar = document.createElement("b");
      bar.style.background = gradient;
      item.append(`${MINUS}${r}`, bar, `${r}  ${words}`);
      return item;
    }));
  }

  // --- asking

  hit(event) {
    if (!this.page) return null;
    const box = this.stage.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top, { cell } = this.page;
    const tile = this.page.tiles.find((tile) => x >= tile.x && x < tile.x + tile.width && y >= tile.y && y < tile.y + tile.height);
    return tile ? this.chosen(tile, Math.floor((y - tile.y) / cell), Math.floor((x - tile.x) / cell)) : null;
  }

  chosen(tile, r, c) {
    const weight = tile.source[0] === "weight";
    return { source: tile.source, i: weight || !tile.lying ? r : c, j: weight ? c : 0, tile };
  }

  /** The row and column of a tile that a chosen cell stands in, or null. */
  placeOf(tile, pick) {
    if (JSON.stringify(tile.source) !== JSON.stringify(pick.source)) return null;
    return tile.source[0] === "weight" ? [pick.i, pick.j] : tile.lying ? [0, pick.i] : [pick.i, 0];
  }

  fits(pick) {
    const [kind, name] = pick.source;
    if (kind === "number") return true;
    if (kind === "signal") return this.head.signals[name] && pick.i < this.head.signals[name].n;
    const weight = this.head.weights[name];
    if (kind === "weight" || kind === "vector") return weight && pick.i < weight.rows && pick.j < weight.columns;
    return (kind !== "product" || weight) && parts(pick.source).every((source) => this.fits({ source, i: 0, j: 0 })) && pick.i < this.numbers.size(pick.source);
  }

  choose(pick) {
    this.pick = { source: pick.source, i: pick.i, j: pick.j };
    const name = pick.source[1], folded = pick.tile?.role === "folded";
    if (folded && this.blocks.has(name) && !this.shownPart()) this.kept.focus = name;
    this.draw();
    this.ask.show();
  }

  /** Shift and an arrow move the chosen cell; Enter chooses the first result; Escape lets go. */
  walk(event) {
    if (event.key === "Escape") { this.pick = null; this.draw(); return; }
    if (!this.page || (event.key !== "Enter" && !(event.shiftKey && event.key.startsWith("Arrow")))) return;
    event.preventDefault();
    const { tiles } = this.page, index = this.pick ? tiles.findIndex((tile) => this.placeOf(tile, this.pick)) : -1;
    if (index < 0 || event.key === "Enter") { this.choose(this.chosen(tiles[0], 0, 0)); return; }
    const tile = tiles[index], [r, c] = this.placeOf(tile, this.pick);
    const [dr, dc] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    const row = Math.max(0, Math.min(tile.h - 1, r + dr)), column = c + dc;
    if (column >= 0 && column < tile.w) return this.choose(this.chosen(tile, row, column));
    const next = tiles[index + dc];
    if (next) this.choose(this.chosen(next, Math.min(row, next.h - 1), dc > 0 ? 0 : next.w - 1));
  }

  hover(event, hit) {
    const tip = this.root.querySelector(".rv-tip");
    if (this.quick) hit = null;
    tip.hidden = !hit;
    if (!hit) return;
    const text = this.describe(hit);
    tip.innerHTML = text;
    const box = this.root.getBoundingClientRect();
    tip.style.left = `${Math.min(event.clientX - box.left + 12, this.width - tip.offsetWidth - 4)}px`;
    tip.style.top = `${event.clientY - box.top - 34}px`;
  }

  /** Symbol, row, column and value of a cell, as HTML. */
  describe({ source, i, j }) {
    const t = this.kept.t, { axes } = this.head, [kind, name] = source;
    const row = (label) => fill(this.words.row, { i: i + 1 }) + (label ? ` (${escaped(label)})` : "");
    if (kind === "weight") {
      const axis = axes[name] ?? [];
      const column = fill(this.words.column, { j: j + 1 }) + (axis[1] ? ` (${escaped(axis[1][j])})` : "");
      return `${named(name)}, ${row(axis[0]?.[i])}, ${column}: ${show(this.numbers.weight(name, i, j, t))}`;
    }
    if (kind === "vector") return `${named(name)}, ${row()}: ${show(this.numbers.weight(name, i, 0, t))}`;
    if (kind !== "signal") return `${this.arithmetic.name(source)}, ${row()}: ${this.ask.knows(source, t) ? show(this.numbers.value(source, i, t)) : "?"}`;
    const label = (axes[name] ?? [])[0]?.[i], at = this.numbers.step(t, source[2]);
    if (at === null) return `${named(name, source[2])}, ${row(label)}: ${show(0)} (${this.words.no_child})`;
    const known = this.known(name, at);
    return `${named(name, String(at).replace("-", MINUS))}, ${row(label)}: ${known ? show(this.numbers.value(source, i, t), name === "x") : "?"}`;
  }
}

/** One run of the script: decode its numbers and show them. Returns the clean-up. */
export default function ({ data, key, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".rnnviz-player");
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  const single = new Float32Array(data.slice(4 + length).buffer);
  const values = head.large.length ? Float64Array.from(single) : single;
  for (const [place, value] of head.large) values[place] = value;
  const player = (root.player ??= new Player(root, key));
  player.update(head, values, (what) => setTriggerValue("act", what));
  return () => { player.close(); root.player = undefined; };
}
