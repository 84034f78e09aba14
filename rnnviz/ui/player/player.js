// The player: draws the timeline and the stage with Plotly, steps through time, answers a click with its arithmetic.
// It holds the numbers of all steps, so that stepping and playing ask nothing of the server. All numbers are the core's;
// what is computed here (a product, a sum on the way to a result) is put together from them.

const KEPT = (window.rnnvizPlayers ??= new Map()); // key -> what outlives a remount: step, focus, last jump obeyed

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

// ------------------------------------------------------------------------------------------------------------ numbers

const FUNCTIONS = {
  tanh: Math.tanh,
  sigmoid: (a) => 0.5 * Math.tanh(0.5 * a) + 0.5,
  relu: (a) => (a > 0 || Number.isNaN(a) ? a : 0),
  identity: (a) => a,
};

/** The numbers of one run: signals at every step, weights, and the value of any expression over them. */
class Numbers {
  constructor(head, values) { this.head = head; this.values = values; }

  /** Row i of a signal at step t (from 1); zero outside the sequence. */
  signal(name, t, i) {
    const { offset, n, rows, before } = this.head.signals[name];
    const row = t - 1 + before;
    return row < 0 || row >= rows ? 0 : this.values[offset + row * n + i];
  }

  weight(name, i, j = 0) {
    const { offset, columns } = this.head.weights[name];
    return this.values[offset + i * columns + j];
  }

  size(e) {
    switch (e[0]) {
      case "signal": return this.head.signals[e[1]].n;
      case "vector": case "product": return this.head.weights[e[1]].rows;
      case "number": return 0;
      case "call": return this.size(e[2]);
      default: return Math.max(...e.slice(1).map((part) => this.size(part)));
    }
  }

  /** Row i of an expression at step t. */
  value(e, i, t) {
    switch (e[0]) {
      case "signal": return this.signal(e[1], t + e[2], i);
      case "vector": return this.weight(e[1], i);
      case "number": return e[1];
      case "product": return this.products(e, i, t).reduce((sum, p) => sum + p.value, 0);
      case "sum": return e.slice(1).reduce((sum, part) => sum + this.value(part, i, t), 0);
      case "times": return e.slice(1).reduce((product, part) => product * this.value(part, i, t), 1);
      case "call": {
        if (e[1] !== "softmax") return FUNCTIONS[e[1]](this.value(e[2], i, t));
        const all = Array.from({ length: this.size(e) }, (_, k) => this.value(e[2], k, t));
        const top = Math.max(...all);
        return Math.exp(all[i] - top) / all.reduce((sum, v) => sum + Math.exp(v - top), 0);
      }
    }
  }

  /** The products of one weight and one operand that make row i of W @ operand. */
  products(e, i, t) {
    return Array.from({ length: this.head.weights[e[1]].columns }, (_, j) => {
      const weight = this.weight(e[1], i, j), operand = this.value(e[2], j, t);
      return { j, weight, operand, value: weight * operand };
    });
  }
}

const MINUS = "\u2212";
/** A number as it is printed: two decimals, whole numbers of an input as they are, large ones with a power of ten. */
function show(v, whole = false) {
  if (Number.isNaN(v)) return "?";
  if (!Number.isFinite(v)) return v > 0 ? "∞" : MINUS + "∞";
  const size = Math.abs(v);
  const text = size >= 1e4 ? size.toExponential(0).replace("e+", "e") : size >= 100 ? size.toFixed(0)
    : whole && Number.isInteger(v) ? String(size) : size.toFixed(2);
  return (v < 0 && Number(text) !== 0 ? MINUS : "") + text;
}

const escaped = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

/** A text of the page with its {placeholders} filled in. */
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** `W_xh`, "2,3" -> W with its subscripts, as HTML. */
function named(name, index = "") {
  const [head, ...tail] = name.split("_");
  const stem = head.replace(/\d+$/, "") || head;
  const below = [head.slice(stem.length) + tail.join("_"), index].filter(Boolean).join(",");
  return `<i>${escaped(stem)}</i>${below ? `<sub>${escaped(below)}</sub>` : ""}`;
}
const shifted = (shift) => (shift === 0 ? "t" : `t${shift > 0 ? "+" : MINUS}${Math.abs(shift)}`);

// ------------------------------------------------------------------------------------------------------------- layout

/** Blocks of lines flow into bands, as many columns as make the cells largest. Returns null where nothing is shown. */
function flow(blocks, width, height, sizes) {
  const lines = blocks.map((block) => block.lines.map((line) => ({ ...line, block })));
  const widest = Math.max(...lines.flat().map((line) => line.columns));
  const total = lines.reduce((sum, group) => sum + Math.max(...group.map((line) => line.columns)), 0);
  let best = null;
  for (let columns = widest; columns <= total; columns++) {
    const bands = [];
    for (const group of lines) {
      const last = bands.at(-1);
      // A spelled-out equation keeps a column's distance, so that two do not read as one.
      const apart = last && (group[0].role === "equation" || last.lines.at(-1).role === "equation") ? 1 : 0;
      if (group.length === 1 && last && last.open && last.columns + apart + group[0].columns <= columns) {
        last.lines.push({ ...group[0], left: last.columns + apart });
        last.columns += apart + group[0].columns;
      } else {
        for (const line of group) bands.push({ lines: [{ ...line, left: 0 }], columns: line.columns, open: group.length === 1 });
      }
    }
    let rows = 0, fixed = 0;
    for (const band of bands) {
      const has = (...kinds) => band.lines.some((line) => line.marks.some((mark) => kinds.includes(mark[0])));
      band.rows = Math.max(...band.lines.map((line) => line.rows));
      band.above = (has("name") ? sizes.name + 7 : 4) + (has("under") ? sizes.shape + 3 : 0);
      band.symbols = has("symbol") ? sizes.symbol + 4 : 0;
      band.below = band.lines.some((line) => line.foot) ? sizes.symbol + 8 : band.lines.some((line) => line.loop) ? 16 : 6;
      rows += band.rows;
      fixed += band.above + band.symbols + band.below;
    }
    const used = Math.max(...bands.map((band) => band.columns));
    const cell = Math.min((width - 4) / used, (height - fixed) / rows, sizes.largest_cell);
    if (!best || cell > best.cell + 0.5) best = { bands, cell, used, rows, fixed };
  }
  best.cell = Math.min(Math.max(sizes.smallest_cell, best.cell), (width - 4) / best.used);
  return best;
}

/** Where the flow puts every tile and mark, in pixels, and the edges of the one grid they share. */
function compose(flowed, width, sizes) {
  const { bands, cell, used } = flowed;
  const left = Math.max(0, (width - used * cell) / 2);
  const x = Array.from({ length: used + 1 }, (_, k) => left + k * cell), y = [0];
  const tiles = [], marks = [], loops = [];
  let top = 8;
  for (const band of bands) {
    const start = top + band.above + band.symbols;
    y.push(start);
    const firstRow = y.length - 1;
    for (let r = 1; r <= band.rows; r++) y.push(start + r * cell);
    for (const line of band.lines) {
      const down = Math.floor((band.rows - line.rows) / 2), mine = [];
      for (const [row, column, h, w, source, lying] of line.tiles) {
        const tile = { row: firstRow + down + row, column: line.left + column, h, w, source, lying, block: line.block, role: line.role };
        Object.assign(tile, { x: x[tile.column], y: y[tile.row], width: w * cell, height: h * cell });
        tiles.push(tile);
        mine.push(tile);
      }
      for (const [kind, row, column, text] of line.marks) {
        const cx = left + (line.left + column + 0.5) * cell, cy = start + (down + row + 0.5) * cell, head = cy - cell / 2 - (band.symbols && !down && row === 0 ? band.symbols : 0);
        const symbols = line.marks.some((m) => m[0] === "symbol" && m[1] === row) ? sizes.symbol + 4 : 0;
        const ceiling = cy - cell / 2 - symbols - 2;
        const shape = line.marks.some((m) => m[0] === "under" && m[1] === row) ? sizes.shape + 3 : 0;
        const place = {
          name: [cx, ceiling - shape, "center", "bottom", sizes.name],
          under: [cx, ceiling, "center", "bottom", sizes.shape],
          between: [cx, cy - cell, "center", "middle", sizes.name],
          between_shape: [cx + sizes.name * 2.6, cy - cell, "left", "middle", sizes.shape],
          operator: [cx, cy, "center", "middle", sizes.operator],
          symbol: [cx, cy - cell / 2 - 1, "center", "bottom", sizes.symbol],
          side: [cx - cell / 2 - 4, cy, "right", "middle", sizes.symbol],
          unit: [cx - cell / 2 - 4, cy, "right", "middle", sizes.shape],
        }[kind];
        if ((kind === "side" || kind === "unit" || kind === "symbol") && cell < sizes.symbol * 0.8) continue;
        marks.push({ kind, text, x: place[0], y: place[1], anchor: place[2], baseline: place[3], size: Math.min(place[4], Math.max(11, cell * (kind === "operator" ? 0.8 : 0.62))), block: line.block });
      }
      if (line.loop && mine.length) {
        const from = mine[0], to = mine.find((tile) => tile.source[0] === "signal" && tile.source[1] === from.source[1] && tile.source[2] < 0);
        if (to) loops.push([{ ...from, low: start + band.rows * cell + 9 }, to]);
      }
    }
    top = start + band.rows * cell + band.below;
    y.push(top);
  }
  return { x, y, tiles, marks, loops, cell, height: Math.ceil(top), left };
}

// ------------------------------------------------------------------------------------------------------------- player

class Player {
  constructor(root, key) {
    this.root = root;
    this.kept = KEPT.get(key) ?? { t: 1, seek: null, focus: null, slow: false, speed: 1 };
    KEPT.set(key, this.kept);
    this.part = null; // in slow motion: how many parts of this step are done
    this.pick = null; // the chosen cell: {source, i, j}
    this.playing = null;
    const find = (selector) => root.querySelector(selector);
    this.timeline = find(".rv-timeline");
    this.stage = find(".rv-stage");
    this.range = find("input[type=range]");
    this.listen(find);
  }

  /** Listeners are added once, here: the element outlives every run of the script. */
  listen(find) {
    for (const button of this.root.querySelectorAll("button[data-do]")) {
      button.addEventListener("click", () => this.do(button.dataset.do));
    }
    this.range.addEventListener("input", () => this.go(+this.range.value));
    find(".rv-speed select").addEventListener("change", (event) => {
      this.kept.speed = +event.target.value;
      if (this.playing) { this.pause(); this.play(); }
    });
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys);
    this.entered = (event) => { // a presenter's clicker works right after typing and Enter
      const field = event.target;
      if (event.key === "Enter" && !event.isComposing && field instanceof HTMLInputElement && field.type === "text") {
        setTimeout(() => this.root.focus({ preventScroll: true }), 0);
      }
    };
    document.addEventListener("keydown", this.entered, true);
    this.stage.addEventListener("click", (event) => { const hit = this.hit(event); if (hit) this.choose(hit); });
    this.stage.addEventListener("mousemove", (event) => this.hover(event, this.hit(event)));
    this.stage.addEventListener("mouseleave", () => this.hover(null, null));
    this.stage.addEventListener("keydown", (event) => this.walk(event));
    this.timeline.addEventListener("click", (event) => this.clickTimeline(event));
    this.timeline.addEventListener("mousemove", (event) => this.hover(event, this.hitTimeline(event)));
    this.timeline.addEventListener("mouseleave", () => this.hover(null, null));
    this.resized = () => { cancelAnimationFrame(this.frame); this.frame = requestAnimationFrame(() => this.head && this.draw(true)); };
    this.observer = new ResizeObserver(() => { if (this.root.clientWidth !== this.width) this.resized(); });
    this.observer.observe(this.root);
    window.addEventListener("resize", this.resized);
  }

  close() {
    this.pause();
    clearTimeout(this.reporting);
    document.removeEventListener("keydown", this.keys);
    document.removeEventListener("keydown", this.entered, true);
    window.removeEventListener("resize", this.resized);
    this.observer.disconnect();
  }

  /** A run of the script: new numbers, words or theme. */
  async update(head, values, report) {
    this.head = head;
    this.numbers = new Numbers(head, values);
    this.report = report;
    this.words = head.words;
    const kept = this.kept;
    if (head.seek[0] !== kept.seek) { kept.seek = head.seek[0]; kept.t = head.seek[1]; this.part = null; }
    if (kept.t > head.T) { kept.t = head.T; this.tell(); }
    this.blocks = new Map(head.stage.blocks.map((block) => [block.name, block]));
    if (!this.blocks.has(kept.focus)) kept.focus = head.stage.focus;
    if (this.pick && !this.fits(this.pick)) this.pick = null;
    this.parts = head.stage.blocks.flatMap((block) => ["operands", ...(block.working ? ["terms"] : []), ...(block.working?.sum ? ["sum"] : []), "result"].map((part) => ({ block, part })));
    if (kept.slow && this.part === null) this.part = this.parts.length;
    this.label();
    this.Plotly = await plotly(head.plotly);
    if (!this.root.isConnected || this.head !== head) return;
    const style = getComputedStyle(this.root);
    this.theme = head.themes[dark(style.getPropertyValue("--st-background-color")) ? "dark" : "light"];
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
    set("input[type=range]", words.scrubber);
    set(".rv-arithmetic", words.arithmetic);
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
    const ticks = this.root.querySelector(".rv-ticks"), { labels, T } = this.head;
    const every = Math.ceil((T * 12) / Math.max(60, this.range.clientWidth));
    ticks.replaceChildren(...Array.from({ length: T + 1 }, (_, t) => t).filter((t) => t % every === 0).map((t) => {
      const tick = document.createElement("span");
      tick.textContent = t === 0 ? "0" : labels[t - 1];
      tick.style.left = `${(100 * t) / T}%`;
      tick.dataset.t = t;
      tick.onclick = () => this.go(t);
      return tick;
    }));
  }

  // --- moving through time

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
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.defaultPrevented || !this.head) return;
    const target = event.composedPath()[0];
    if (target.closest?.("input, textarea, select, [contenteditable], [role=radio], [role=slider], [role=tab], [role=listbox], [role=option], [role=grid], [role=combobox], [role=menu]")) return;
    if (event.key === " " && target.closest?.("button, a, summary, [role=button]")) return;
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
    t = Math.max(0, Math.min(this.head.T, t));
    this.part = part;
    this.kept.t = t;
    const now = this.shownPart();
    if (now) this.kept.focus = now.block.name;
    if (this.playing && this.atEnd()) this.pause();
    this.tell();
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

  /** Tell Python where it stopped: the absolute step, once the steps have come to rest. */
  tell() {
    clearTimeout(this.reporting);
    this.reporting = setTimeout(() => this.report(this.kept.t), 300);
  }

  // --- what is known by now

  /** Whether a signal is known at step t: reached, and in slow motion computed. */
  known(name, t) {
    const now = this.kept.t;
    if (name === "x" || this.head.timeline.ahead.includes(name)) return true;
    if (t > now) return false;
    const part = this.shownPart();
    if (!part || t < now) return true;
    const order = this.head.stage.blocks, index = order.findIndex((block) => block.name === name), current = order.indexOf(part.block);
    return index < current || (index === current && part.part === "result");
  }

  /** The number of a cell of a tile now, or NaN where it is not known yet. */
  cell(tile, r, c) {
    const { source } = tile, t = this.kept.t;
    if (source[0] === "weight") return this.numbers.weight(source[1], r, c);
    const i = tile.lying ? c : r;
    if (source[0] === "signal" && t + source[2] < 1 && !(this.head.signals[source[1]].before > -(t + source[2])) && t === 0) return NaN;
    if (source[0] === "signal" && !this.known(source[1], t + source[2])) return NaN;
    if (tile.role === "working" && !this.worked(tile)) return NaN;
    if (t === 0 && tile.role === "working") return NaN;
    return this.numbers.value(source, i, t);
  }

  /** Whether slow motion has come to a tile of the working: its terms first, then their sum. */
  worked(tile) {
    const part = this.shownPart();
    return part ? part.part === "sum" || part.part === "result" || (part.part === "terms" && !tile.isSum) : true;
  }

  // --- drawing

  room() {
    const scroller = this.root.closest("[data-testid=stMain]") ?? document.documentElement;
    const top = this.root.getBoundingClientRect().top + scroller.scrollTop;
    const bar = this.root.querySelector(".rv-bar").offsetHeight;
    const left = window.innerHeight - top - bar;
    const timeline = Math.max(100, Math.min(150, left * 0.25));
    return { timeline, stage: Math.max(210, Math.min(620, left - timeline - 66)) };
  }

  /** Draw everything; places anew only where asked, or where another equation is in focus. */
  draw(anew = false) {
    this.width = this.root.clientWidth;
    if (!this.width || !this.theme) return;
    const layout = `${this.kept.focus} ${this.shownPart() ? "slow" : ""}`, relaid = anew || layout !== this.layout;
    this.layout = layout;
    const room = this.room();
    if (relaid) this.ticks();
    this.drawBar();
    this.drawTimeline(room.timeline, relaid);
    this.drawStage(room.stage, relaid);
    this.drawText();
    if (relaid) this.drawLegend();
  }

  drawBar() {
    const { t } = this.kept, { T, labels } = this.head;
    const said = fill(t ? this.words.step : this.words.start, { t, T, symbol: labels[t - 1] });
    this.range.value = t;
    this.range.setAttribute("aria-valuetext", said);
    this.root.querySelector(".rv-step").textContent = said;
    this.root.dataset.t = t;
    for (const tick of this.root.querySelectorAll(".rv-ticks span")) tick.classList.toggle("rv-now", +tick.dataset.t === t);
    const slow = this.shownPart();
    this.root.querySelector("[data-do=first]").disabled = t === 1 && !slow;
    this.root.querySelector("[data-do=back]").disabled = t === 0;
    for (const name of ["forward", "last"]) this.root.querySelector(`[data-do=${name}]`).disabled = this.atEnd();
  }

  /** The blocks that have room: all equations spelled out, or the one in focus with the others folded. */
  contents() {
    const wide = this.width >= 560, form = wide ? "wide" : "narrow";
    const lines = (block, part, extra = {}) => ({ name: block.name, lines: part.map((line, k) => ({ ...line, ...extra, foot: block.name === "y" && extra.role !== "working" && this.hasChoice(line), loop: k === 0 && extra.full })) });
    const all = this.head.stage.blocks, focus = this.blocks.get(this.kept.focus);
    const full = (block) => lines(block, block[form], { role: "equation", full: true });
    const folded = (block) => lines(block, block.folded, { role: "folded" });
    const others = all.filter((block) => block !== focus);
    if (this.shownPart()) {
      const work = focus.working ? [lines(focus, focus.working[form], { role: "working" })] : [];
      return [[full(focus), ...work, ...others.map(folded)], [full(focus), ...work]];
    }
    // Unfold as many of the other equations as have room, the last ones first: they are the short ones, and y.
    const unfolded = others.map((_, k) => others.slice(k)).map((some) => [full(focus), ...others.filter((b) => !some.includes(b)).map(folded), ...some.map(full)]);
    return [...unfolded, [full(focus), ...others.map(folded)]];
  }

  hasChoice(line) {
    const { share } = this.head.stage;
    return share && line.tiles.some((tile) => tile[4][0] === "signal" && tile[4][1] === "y" && tile[4][2] === 0);
  }

  drawStage(height, relaid) {
    const { sizes } = this.head;
    if (relaid || !this.page) {
      const narrow = this.width < 560, options = this.contents();
      let chosen;
      for (const [k, blocks] of options.entries()) {
        const flowed = flow(blocks, this.width, narrow ? 1e5 : height, sizes);
        if (k === options.length - 1 || flowed.cell >= sizes.readable_cell) { chosen = flowed; break; }
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
      this.plot(plot, z, page.x, page.y, page.height, path, page.marks.map((mark) => this.annotation(mark)), page.loops.map(([, to]) => [to.x + to.width / 2, to.y + to.height + 5]), page.cell < 6 ? 0 : 1);
    } else this.Plotly.restyle(plot, { z: [z] }, [0]);
    this.overStage();
  }

  annotation(mark) {
    return {
      x: mark.x, y: mark.y, text: mark.text, showarrow: false, xanchor: mark.anchor, yanchor: mark.baseline, borderpad: 0, xshift: 0,
      font: { size: mark.size, color: ["under", "unit", "between_shape"].includes(mark.kind) ? this.theme.faint : this.theme.ink, family: this.font },
    };
  }

  /** One heatmap on a grid whose edges are pixels, one line trace for all arrows, no margins: data and page agree. */
  plot(element, z, x, y, height, path, annotations, heads, gap = 1) {
    const axis = { visible: false, fixedrange: true, autorange: false };
    const { theme } = this;
    const traces = [
      { type: "heatmap", z, x, y, zmin: -1, zmax: 1, zsmooth: false, xgap: gap, ygap: gap, showscale: false, hoverinfo: "skip",
        colorscale: theme.scale.map((colour, k) => [k / (theme.scale.length - 1), colour]) },
      { type: "scatter", mode: "lines", x: path.x, y: path.y, line: { color: theme.faint, width: 1.6, shape: "linear" }, hoverinfo: "skip", showlegend: false },
      { type: "scatter", mode: "markers", x: heads.map((p) => p[0]), y: heads.map((p) => p[1]), hoverinfo: "skip", showlegend: false,
        marker: { symbol: heads.map((p) => p[2] ?? "triangle-up"), size: 8, color: theme.faint } },
    ];
    const layout = {
      width: this.width, height, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, annotations,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", font: { family: this.font, color: theme.ink },
      xaxis: { ...axis, range: [0, this.width] }, yaxis: { ...axis, range: [height, 0] },
    };
    this.Plotly.react(element, traces, layout, { staticPlot: true, displayModeBar: false });
  }

  /** What lies over the stage: frames, numbers, the chosen symbol, the chosen cell. */
  overStage() {
    const page = this.page, pen = this.canvas(this.stage, page.height), { sizes } = this.head, { theme } = this;
    const part = this.shownPart();
    const printable = page.cell >= sizes.cell_for_numbers;
    const fit = Math.max(sizes.smallest_number, Math.min(19, page.cell * 0.425));
    for (const tile of page.tiles) {
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
          pen.font = `${text.length > 5 ? fit * 0.85 : fit}px ${this.font}`;
          pen.fillStyle = this.contrast(clamp(v / scale));
          pen.fillText(text, tile.x + (c + 0.5) * page.cell, tile.y + (r + 0.5) * page.cell + 1);
        }
      }
      if (this.isChoice(tile)) this.writeChoice(pen, tile);
    }
    if (this.pick) for (const tile of page.tiles) {
      const place = this.placeOf(tile, this.pick);
      if (!place) continue;
      pen.strokeStyle = theme.accent;
      pen.lineWidth = 3;
      pen.strokeRect(tile.x + place[1] * page.cell + 1, tile.y + place[0] * page.cell + 1, page.cell - 2, page.cell - 2);
    }
    this.stage.setAttribute("aria-label", fill(this.words.stage, { t: this.kept.t, names: this.head.stage.blocks.map((block) => block.name).join(", ") }));
  }

  computed(tile) {
    return tile.source[0] === "weight" || (tile.role === "working" ? this.worked(tile) : tile.source[0] !== "signal" || (this.kept.t + tile.source[2] >= 1 && this.known(tile.source[1], this.kept.t + tile.source[2])));
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
    let best = 0;
    const n = this.head.signals[share].n, p = (k) => this.numbers.signal(share, t, k);
    for (let k = 1; k < n; k++) if (p(k) > p(best)) best = k;
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
    const { ranges } = this.head;
    return source[0] === "signal" && ranges.states.includes(source[1]) ? ranges.state : ranges.weight;
  }

  /** Black or white, whichever is read better on the colour of a value from -1 to 1. */
  contrast(v) {
    if (Number.isNaN(v)) return this.theme.ink;
    const at = ((v + 1) / 2) * (this.colours.length - 1), k = Math.min(Math.floor(at), this.colours.length - 2), f = at - k;
    const mixed = [0, 1, 2].map((c) => this.colours[k][c] * (1 - f) + this.colours[k + 1][c] * f);
    const light = luminance(mixed);
    return (light + 0.05) / 0.05 > 1.05 / (light + 0.05) ? "#000000" : "#ffffff";
  }

  drawTimeline(height, relaid) {
    const { timeline, T, labels } = this.head, { t } = this.kept, { theme } = this;
    const first = timeline.first, count = timeline.last - first + 1;
    const margin = 40, pitch = Math.min(112, (this.width - margin - 8) / count), left = margin + Math.max(0, (this.width - margin - 8 - pitch * count) / 2), gap = pitch >= 22 ? pitch * 0.42 : pitch >= 6 ? 2 : 0;
    const hasY = timeline.bands[0][0] === "y", top = hasY && this.head.stage.share ? 20 : 4, bottom = 22, between = 9;
    const tall = (height - top - bottom - between * (timeline.bands.length - 1)) / timeline.bands.length;
    const from = (k) => left + (k - first) * pitch + gap / 2;
    const x = [], rows = [], y = [top];
    for (let k = first; k <= timeline.last; k++) { x.push(from(k)); x.push(from(k) + pitch - gap); }
    const bands = timeline.bands.map(([name, label], b) => {
      const n = this.head.signals[name].n, start = top + b * (tall + between), row = rows.length;
      for (let i = 0; i < n; i++) { rows.push([name, i]); y.push(start + ((i + 1) * tall) / n); }
      if (b < timeline.bands.length - 1) { rows.push(null); y.push(start + tall + between); }
      return { name, label, start, row };
    });
    const z = rows.map((row) => {
      const line = new Float32Array(x.length - 1).fill(NaN);
      if (row) for (let k = first; k <= timeline.last; k++) {
        const [name, i] = row, signal = this.head.signals[name], index = k - 1 + signal.before;
        if (index >= 0 && index < signal.rows && this.known(name, k)) line[2 * (k - first)] = clamp(this.numbers.signal(name, k, i) / this.scale(["signal", name]));
      }
      return line;
    });
    this.strip = { first, left, pitch, gap, bands, tall, from };
    this.timeline.style.height = `${height}px`;
    const plot = this.timeline.querySelector(".rv-plot");
    if (relaid || !plot.data) {
      const path = { x: [], y: [] }, heads = [], carried = bands.filter((band) => timeline.carried.includes(band.name));
      const thinnest = Math.min(...bands.map((band) => tall / this.head.signals[band.name].n), pitch - gap);
      if (pitch >= 30) for (const band of carried) {
        const ahead = timeline.ahead.includes(band.name);
        for (let k = first; k < timeline.last; k++) {
          const signal = this.head.signals[band.name], index = k - 1 + signal.before;
          if (index < 0 || index + 1 >= signal.rows) continue;
          const a = from(k) + pitch - gap + 2, b = from(k + 1) - 4, middle = band.start + tall / 2;
          path.x.push(a, b, null);
          path.y.push(middle, middle, null);
          heads.push(ahead ? [a, middle, "triangle-left"] : [b + 1, middle, "triangle-right"]);
        }
      }
      const marks = bands.map((band) => this.annotation({ kind: "name", x: left - 6, y: band.start + tall / 2, text: band.label, anchor: "right", baseline: "middle", size: this.head.sizes.name }));
      this.plot(plot, z, x, y, height, path, marks, heads, thinnest < 4 ? 0 : 1);
    } else this.Plotly.restyle(plot, { z: [z] }, [0]);
    this.overTimeline(height, { first, left, pitch, gap, bands, tall, from, top });
  }

  /** Letters below, chosen symbols above, frames, and the box around the current step. */
  overTimeline(height, { first, pitch, gap, bands, tall, from }) {
    const pen = this.canvas(this.timeline, height), { timeline, T, labels, sizes } = this.head, { t } = this.kept, { theme } = this;
    pen.textAlign = "center";
    const width = pitch - gap;
    for (const band of bands) {
      const signal = this.head.signals[band.name];
      pen.strokeStyle = theme.frame;
      pen.lineWidth = 1;
      if (pitch >= 10) for (let k = first; k <= timeline.last; k++) {
        const index = k - 1 + signal.before;
        if (index >= 0 && index < signal.rows) pen.strokeRect(from(k) - 0.5, band.start - 0.5, width + 1, tall + 1);
      }
    }
    const every = Math.max(1, Math.ceil(13 / pitch));
    for (let k = first; k <= timeline.last; k++) {
      const now = k === t;
      if (!now && (k < 1 ? pitch < 20 : k % every !== 0)) continue;
      pen.font = `${now ? 700 : 400} ${k >= 1 && k <= T ? 17 : 13}px ${this.font}`;
      pen.fillStyle = now ? theme.accent : k < 1 || k > T ? theme.faint : theme.ink;
      pen.textBaseline = "bottom";
      pen.fillText(k >= 1 && k <= T ? labels[k - 1] : `t=${String(k).replace("-", MINUS)}`, from(k) + width / 2, height - 1);
      const choice = this.choice(k);
      if (choice && pitch >= 12) {
        pen.font = `${now ? 700 : 400} 15px ${this.font}`;
        const percent = pitch >= 56 ? ` ${Math.round(100 * choice.p)}%` : "";
        pen.fillText(choice.symbol + percent, from(k) + width / 2, 18);
      }
    }
    if (t >= first) {
      pen.strokeStyle = theme.accent;
      pen.lineWidth = 2;
      pen.strokeRect(from(t) - Math.max(3, gap / 4), 1, width + 2 * Math.max(3, gap / 4), height - 2);
    }
    const reached = this.head.timeline.bands.map(([name]) => name).join(", ");
    this.timeline.setAttribute("aria-label", fill(this.words.timeline, { t, T, symbol: labels[t - 1] ?? "", names: reached, choice: this.choice(t)?.symbol ?? "" }));
  }

  drawText() {
    const part = this.shownPart(), { t } = this.kept;
    const sentence = this.root.querySelector(".rv-sentence");
    const said = part && (part.part === "result" && part.block.working?.function ? "slow_function" : `slow_${part.part}`);
    const html = part ? fill(this.words[said], { name: named(part.block.name, `${t}`), function: part.block.working?.function ?? "", t }) : this.head.sentences[t];
    if (html !== this.sentence) sentence.innerHTML = this.sentence = html;
    this.drawArithmetic();
  }

  drawLegend() {
    const { ranges } = this.head, { scale } = this.theme, gradient = `linear-gradient(to right, ${scale.join(",")})`;
    const legend = this.root.querySelector(".rv-legend");
    legend.replaceChildren(...[[ranges.state, this.words.states], [ranges.weight, this.words.weights]].map(([r, words]) => {
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
    if (kind === "signal") return this.head.signals[name] && pick.i < this.head.signals[name].n;
    if (kind !== "weight" && kind !== "vector") return false;
    const weight = this.head.weights[name];
    return weight && pick.i < weight.rows && pick.j < weight.columns;
  }

  choose(pick) {
    this.pick = { source: pick.source, i: pick.i, j: pick.j };
    const name = pick.source[1], folded = pick.tile?.role === "folded";
    if (folded && this.blocks.has(name) && !this.shownPart()) this.kept.focus = name;
    this.draw();
    this.showArithmetic();
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
    tip.hidden = !hit;
    if (!hit) return;
    const text = this.describe(hit);
    tip.innerHTML = text;
    const box = this.root.getBoundingClientRect();
    tip.style.left = `${Math.min(event.clientX - box.left + 12, this.width - tip.offsetWidth - 4)}px`;
    tip.style.top = `${event.clientY - box.top - 34}px`;
  }

  columnAt(event) {
    const { first, left, pitch } = this.strip, x = event.clientX - this.timeline.getBoundingClientRect().left;
    return first + Math.floor((x - left) / pitch);
  }

  clickTimeline(event) {
    const k = this.columnAt(event);
    if (k >= 0 && k <= this.head.T) this.go(k);
  }

  hitTimeline(event) {
    const k = this.columnAt(event), y = event.clientY - this.timeline.getBoundingClientRect().top;
    const band = this.strip?.bands.find((band) => y >= band.start && y < band.start + this.strip.tall);
    if (!band || k < this.strip.first || k > this.head.timeline.last || !this.known(band.name, k)) return null;
    const { n, before, rows } = this.head.signals[band.name];
    if (k - 1 + before < 0 || k - 1 + before >= rows) return null;
    return { source: ["signal", band.name, k - this.kept.t], i: Math.floor(((y - band.start) / this.strip.tall) * n), j: 0 };
  }

  /** Symbol, row, column and value of a cell, as HTML. */
  describe({ source, i, j }) {
    const t = this.kept.t, { symbols, axes } = this.head, [kind, name] = source;
    const row = (label) => fill(this.words.row, { i: i + 1 }) + (label ? ` (${escaped(label)})` : "");
    if (kind === "weight") {
      const axis = axes[name] ?? [];
      const column = fill(this.words.column, { j: j + 1 }) + (axis[1] ? ` (${escaped(axis[1][j])})` : "");
      return `${named(name)}, ${row(axis[0]?.[i])}, ${column}: ${show(this.numbers.weight(name, i, j))}`;
    }
    if (kind === "vector") return `${named(name)}, ${row()}: ${show(this.numbers.weight(name, i))}`;
    if (kind !== "signal") return `${row()}: ${show(this.numbers.value(source, i, t))}`;
    const label = (axes[name] ?? [])[0]?.[i], at = t + source[2];
    const known = this.known(name, at);
    return `${named(name, String(at).replace("-", MINUS))}, ${row(label)}: ${known ? show(this.numbers.value(source, i, t), name === "x") : "?"}`;
  }

  /** The arithmetic of the chosen number: with names, with values, summed up, result. */
  drawArithmetic() {
    const box = this.root.querySelector(".rv-arithmetic"), { pick } = this;
    box.hidden = !pick;
    if (!pick) { this.said = ""; return; }
    const [kind, name, shift] = pick.source, lines = [`<div class="rv-what">${this.describe(pick)}</div>`], { i } = pick;
    const t = this.kept.t + (kind === "signal" ? shift : 0);
    let e = kind === "signal" ? this.blocks.get(name)?.tree : ["product", "sum", "times", "call"].includes(kind) ? pick.source : null;
    if (kind === "signal" && (t < 1 || t > this.head.T || !this.known(name, t))) e = null;
    if (e) {
      const left = kind === "signal" ? named(name, `${i + 1}`) : "";
      const steps = [this.symbols(e, `${i + 1}`), this.values(e, i, t), this.summed(e, i, t), show(this.numbers.value(e, i, t))];
      const unlike = steps.filter((text, k) => k === 0 || text !== steps[k - 1]);
      lines.push(`<div>${left} ${unlike.map((text) => `= ${text}`).join(" ")}</div>`);
    } else if (kind === "signal" && t < 1 && this.blocks.has(name)) lines.push(`<div>${escaped(this.words.initial)}</div>`);
    const html = lines.join("");
    if (html !== this.said) box.innerHTML = this.said = html;
  }

  /** Bring the arithmetic of a newly chosen number into sight. */
  showArithmetic() {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.querySelector(".rv-arithmetic").scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  /** An expression with names; `index` is the row, as text. */
  symbols(e, index) {
    const wrap = (part) => (part[0] === "sum" ? `(${this.symbols(part, index)})` : this.symbols(part, index));
    switch (e[0]) {
      case "signal": return named(e[1], `${index}`) + `<sub>,${shifted(e[2])}</sub>`;
      case "vector": return named(e[1], `${index}`);
      case "number": return show(e[1], true);
      case "product": {
        const inner = this.symbols(e[2], "j"), operand = e[2][0] === "signal" || e[2][0] === "vector" ? inner : `(${inner})`;
        return `Σ<sub>j</sub> ${named(e[1], `${index}j`)}${operand}`;
      }
      case "sum": return e.slice(1).map((part, k) => this.signed(part, k, (p) => this.symbols(p, index))).join(" ");
      case "times": return e.slice(1).map(wrap).join(" · ");
      case "call": return `${this.head.functions[e[1]]}( ${this.symbols(e[2], index)} )`;
    }
  }

  signed(part, k, write) {
    const negative = part[0] === "times" && part[1][0] === "number" && part[1][1] === -1;
    const inner = negative ? (part.length === 3 ? part[2] : ["times", ...part.slice(2)]) : part;
    const text = inner[0] === "sum" ? `(${write(inner)})` : write(inner);
    return (negative ? `${MINUS} ` : k ? "+ " : "") + text;
  }

  values(e, i, t) {
    const wrap = (part) => { const text = this.values(part, i, t); return part[0] === "sum" || text.startsWith(MINUS) ? `(${text})` : text; };
    switch (e[0]) {
      case "product": return this.productValues(e, i, t);
      case "sum": return e.slice(1).map((part, k) => this.signed(part, k, (p) => { const text = this.values(p, i, t); return k && text.startsWith(MINUS) ? `(${text})` : text; })).join(" ");
      case "times": return e.slice(1).map(wrap).join(" · ");
      case "call": return `${this.head.functions[e[1]]}( ${this.values(e[2], i, t)} )`;
      default: return show(this.numbers.value(e, i, t), e[0] === "number" || e[1] === "x");
    }
  }

  /** The products one by one; those with a zero operand add nothing and are left out. */
  productValues(e, i, t) {
    const all = this.numbers.products(e, i, t), live = all.filter((p) => p.operand !== 0), most = 16;
    if (!live.length) return "0";
    const whole = e[2][0] === "signal" && e[2][1] === "x";
    const wrap = (v, w) => { const text = show(v, w); return text.startsWith(MINUS) ? `(${text})` : text; };
    const shown = live.slice(0, most).map((p) => `${wrap(p.weight)}·${wrap(p.operand, whole)}`);
    if (live.length > most) shown.push(fill(this.words.more, { n: live.length - most, sum: show(live.slice(most).reduce((s, p) => s + p.value, 0)) }));
    return shown.length > 1 ? `[ ${shown.join(" + ")} ]` : shown[0];
  }

  /** The terms added up: what goes into the function. */
  summed(e, i, t) {
    const wrap = (v) => { const text = show(v); return text.startsWith(MINUS) ? `(${text})` : text; };
    switch (e[0]) {
      case "call": return `${this.head.functions[e[1]]}( ${show(this.numbers.value(e[2], i, t))} )`;
      case "sum": return e.slice(1).map((part, k) => { const v = show(this.numbers.value(part, i, t)); return k && v.startsWith(MINUS) ? `${MINUS} ${v.slice(1)}` : k ? `+ ${v}` : v; }).join(" ");
      case "times": return e.slice(1).map((part) => wrap(this.numbers.value(part, i, t))).join(" · ");
      default: return show(this.numbers.value(e, i, t));
    }
  }
}

// ------------------------------------------------------------------------------------------------------------ colours

const clamp = (v) => (Number.isNaN(v) ? NaN : Math.max(-1, Math.min(1, v)));

function channels(colour) {
  const found = colour.trim().match(/^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/i);
  return found ? found.slice(1).map((part) => parseInt(part, 16)) : (colour.match(/\d+/g) ?? [255, 255, 255]).slice(0, 3).map(Number);
}

/** Relative luminance (WCAG 2.2). */
function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const dark = (colour) => luminance(channels(colour)) < 0.2;

/** The component's entry: called on every run of the script; the clean-up of the last call is used when it leaves. */
export default function ({ data, key, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".rnnviz-player");
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  const values = new Float32Array(data.slice(4 + length).buffer);
  const player = (root.player ??= new Player(root, key));
  player.update(head, values, (t) => setStateValue("t", t));
  return () => { player.close(); root.player = undefined; };
}
