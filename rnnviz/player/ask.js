// Asking: the chosen number, the numbers it was made from, and the way from question to question.

import { NOW } from "./address.js";
import { bars, curve, legend, patterns, scores } from "./charts.js";
import { clamp } from "./colours.js";
import { MINUS, constant, escaped, fill, named, parts, show, signalsOf } from "./numbers.js";

const MOST = 5; // so many products of one matrix are shown before the others are folded
const minus = (t) => String(t).replace("-", MINUS);
const same = (one, other) => Boolean(one && other) && one.t === other.t && one.i === other.i && one.j === other.j && JSON.stringify(one.source) === JSON.stringify(other.source);

export class Ask {
  constructor(player) {
    this.player = player;
    this.box = player.root.querySelector(".rv-ask");
    this.trail = []; // the numbers asked on the way here: {source, i, j, t}, the last is the chosen one
    this.unfolded = new Set(); // matrices of which all products are shown
    this.box.addEventListener("click", (event) => this.click(event));
    this.escape = (event) => { if (event.key === "Escape" && player.pick && !event.defaultPrevented) this.shut(); };
    player.root.addEventListener("keydown", this.escape);
  }

  close() {
    if (!this.player.follows) NOW.pick = null;
    this.player.root.removeEventListener("keydown", this.escape);
  }

  get head() { return this.player.head; }
  get words() { return this.player.words; }
  get t() { return this.player.kept.t; }

  /** The names of the controls, in the reader's language. */
  label() {
    this.box.setAttribute("aria-label", this.words.arithmetic);
    this.box.querySelector("nav").setAttribute("aria-label", this.words.way);
    const shut = this.box.querySelector(".rv-shut");
    shut.setAttribute("aria-label", (shut.title = this.words.shut));
    this.extents = new Map(); // of bars, for the numbers of this run
  }

  // --- going from number to number

  click(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { go, back, unfold } = button.dataset;
    if (button.matches(".rv-shut")) this.shut();
    else if (go !== undefined) this.follow(this.goals[go]);
    else if (back !== undefined) this.back(+back);
    else if (unfold !== undefined) {
      if (!this.unfolded.delete(unfold)) this.unfolded.add(unfold);
      this.draw();
    }
  }

  shut() {
    const inside = this.box.contains(document.activeElement);
    this.player.pick = null;
    this.player.draw();
    if (inside) this.player.stage.focus({ preventScroll: true });
  }

  /** The number that an expression has at step t, as a place to go to: the step shown, and the choice there. */
  goal(e, i, t, j = 0) {
    if (e[0] !== "signal") return { source: e, i, j, t };
    const at = this.player.numbers.step(t, e[2]);
    if (at === null) return { source: e, i, j, t }; // a child that there is not has no step to go to
    const step = Math.max(0, Math.min(this.head.T, at));
    return { source: ["signal", e[1], at - step], i, j, t: step };
  }

  /** Ask one of the numbers that the chosen one was made from. */
  follow(goal) {
    if (same(goal, this.trail.at(-1))) return;
    this.trail.push(goal);
    this.walk(goal);
  }

  back(k) {
    this.trail.length = k + 1;
    this.walk(this.trail[k]);
  }

  /** Ask the number of a signal at step k, wherever the player stands. */
  at(name, i, k) {
    const goal = this.goal(["signal", name, 0], i, k);
    this.trail = [goal];
    this.walk(goal);
    this.show(this.box.querySelector(".rv-arithmetic"));
  }

  walk({ source, i, j, t }) {
    const { player } = this, inside = this.box.contains(document.activeElement);
    if (player.playing) player.pause();
    player.pick = { source, i, j };
    if (t === this.t) player.draw();
    else player.go(t);
    // Its equation is spelled out, so that row and columns can light up.
    const name = source[1], spelled = player.page?.tiles.some((tile) => tile.block.name === name && tile.role !== "folded");
    if (source[0] === "signal" && player.blocks.has(name) && !spelled && !player.shownPart()) {
      player.kept.focus = name;
      player.draw();
    }
    if (inside) this.box.querySelector("nav [aria-current]")?.focus({ preventScroll: true });
  }

  /** Bring the answer into sight, as far as the number that was asked stays in sight itself. */
  show(part = this.box) {
    const { player } = this, scroller = player.root.closest("[data-testid=stMain]") ?? document.documentElement;
    const tile = player.page?.tiles.find((one) => player.placeOf(one, player.pick)), header = 64;
    const top = tile && !player.stage.hidden
      ? player.stage.getBoundingClientRect().top + tile.y + player.placeOf(tile, player.pick)[0] * player.page.cell
      : part.getBoundingClientRect().top;
    const by = Math.min(part.getBoundingClientRect().bottom - window.innerHeight + 8, top - header);
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (by > 0) scroller.scrollBy({ top: by, behavior: calm ? "auto" : "smooth" });
  }

  /** Keep which number of a signal is chosen, for whoever asks: signal, row from 0, step from 1. */
  tell() {
    if (this.player.follows) return;
    const pick = this.player.pick, at = pick?.source[0] === "signal" ? this.player.numbers.step(this.t, pick.source[2]) : null;
    NOW.pick = at === null ? null : [pick.source[1], pick.i, at];
  }

  // --- what is asked

  /** Whether every signal in an expression is known where step t reads it. */
  reads(e, t) { return signalsOf(e).every(([, name, shift]) => this.player.known(name, this.player.numbers.step(t, shift))); }

  /** Whether all that an expression reads is known, and in slow motion the expression itself. */
  knows(e, t) {
    if (t < 1 || t > this.head.T) return false;
    const tile = this.player.page?.tiles.find(({ role, source }) => role === "working" && JSON.stringify(source) === JSON.stringify(e));
    return this.reads(e, t) && (!tile || this.player.worked(tile));
  }

  /** The equation behind the chosen number, as it reads at `at`, the number's own step; `state` says if it has one. */
  subject() {
    const { pick, timeline, blocks } = this.player, { source, i, j } = pick, [kind, name] = source, { T } = this.head;
    if (kind === "weight" || kind === "vector") return { kind, name, i, j, at: this.t, state: "weight" };
    if (kind !== "signal") return { kind, name: "", i, j, at: this.t, e: source, state: this.knows(source, this.t) ? "computed" : "unknown" };
    const at = this.player.numbers.step(this.t, source[2]);
    if (at === null) return { kind, name, i, j, at: this.t, e: null, state: "none" };
    const inside = at >= 1 && at <= T, { gives, reads, fed } = this.head.timeline;
    const about = { kind, name, i, j, at, e: null, state: "computed" };
    const made = inside && blocks.has(name) && (name !== "x" || fed[at - 1]);
    if (made) about.e = blocks.get(name).tree;
    if (this.player.heldAt(name, at, i) && this.player.numbers.view !== "before") Object.assign(about, { e: null, state: "held" });
    const read = (name !== "y" && name !== this.head.stage.share) || reads[at - 1];
    if (this.head.ripple?.name === name) about.state = "ripple";
    else if (!inside) about.state = name === "x" ? "outside" : !timeline.exists(name, at) ? "none" : at < 1 ? "initial" : "final";
    else if (name === "x" && !fed[at - 1]) about.state = gives[at - 1] ? "given" : "absent";
    else if (!read) about.state = "unread";
    else if (!this.player.known(name, at)) about.state = "unknown";
    else if (!about.e && about.state !== "held") about.state = "noise";
    return about;
  }

  value(e, i, t) { return this.player.numbers.value(e, i, t); }

  /** What the chosen number is called: a unit of a signal, or a row of an expression. */
  unit({ kind, name, i, j, e }) {
    if (kind === "weight") return named(name, `${i + 1},${j + 1}`);
    return kind === "signal" || kind === "vector" ? named(name, `${i + 1}`) : `(${this.player.arithmetic.name(e)})<sub>${i + 1}</sub>`;
  }

  /** Inside an element-wise function, if there is one: what goes into it. */
  body(e) { return e[0] === "call" && this.head.curves[e[1]] ? e[2] : e; }

  terms(body) { return body[0] === "sum" ? body.slice(1) : [body]; }

  /** Every place where a weight is used: the product (or the vector itself), what it is a part of, and of which block. */
  uses(name) {
    const found = [];
    const search = (e, block, target, direct) => {
      const mine = (e[0] === "product" || e[0] === "vector") && e[1] === name;
      if (mine) found.push({ e, block, target: target ?? e, direct });
      if (e[0] === "sum" && !direct) target = e;
      const through = direct && (e[0] === "sum" || (e[0] === "call" && this.head.curves[e[1]]) || this.player.arithmetic.unsigned(e)[0]);
      for (const part of parts(e)) search(part, block, through ? target : e[0] === "sum" ? e : part[0] === "sum" ? part : null, Boolean(through));
    };
    for (const block of this.player.blocks.values()) {
      const { fed, reads } = this.head.timeline, output = block.name === "y" || block.name === this.head.stage.share;
      const needed = block.name === "x" ? fed[this.t - 1] : !output || reads[this.t - 1];
      if (this.t >= 1 && needed) search(block.tree, block, ["signal", block.name, 0], true);
    }
    return found;
  }

  // --- what lights up

  /** The numbers that made the chosen one (of a weight: those it meets), by the source of their tile: rows, or null for all. */
  lit() {
    const found = new Map(), { player } = this;
    if (!player.pick) return found;
    const about = this.subject();
    const add = (source, i) => {
      const key = JSON.stringify(source);
      if (i === null || found.get(key) === null) found.set(key, null);
      else found.set(key, (found.get(key) ?? new Set()).add(i));
    };
    const collect = (e, i, at) => {
      add(player.numbers.seen(e, at, this.t), i);
      if (e[0] === "product" && player.sameWeights(at, this.t || null)) add(["weight", e[1]], i);
      const all = e[0] === "product" || (e[0] === "call" && !this.head.curves[e[1]]);
      for (const part of parts(e)) collect(part, all ? null : i, at);
    };
    if (about.state === "weight") for (const { e, block, target, direct } of this.uses(about.name)) {
      if (e[0] === "product") collect(e[2], about.j, this.t);
      add(target, about.i);
      if (!direct) add(["signal", block.name, 0], this.nested(block.tree, target) ? null : about.i);
    } else if (about.e) collect(about.e, about.i, about.at);
    return found;
  }

  /** Whether an expression stands inside a matrix product or a function of all elements. */
  nested(e, inner, within = false) {
    if (JSON.stringify(e) === JSON.stringify(inner)) return within;
    const all = e[0] === "product" || (e[0] === "call" && !this.head.curves[e[1]]);
    return parts(e).some((part) => this.nested(part, inner, within || all));
  }

  /** Frames on the stage, fainter than that of the chosen cell. */
  overStage(pen) {
    const lit = this.lit(), { page, theme } = this.player, { cell } = page;
    pen.save();
    pen.strokeStyle = theme.accent;
    pen.globalAlpha = 0.7;
    pen.lineWidth = 2;
    for (const tile of page.tiles) {
      const rows = lit.get(JSON.stringify(tile.source));
      if (rows === undefined) continue;
      const places = rows === null ? [[0, 0, tile.h, tile.w]] : [...rows].map((i) => (tile.lying ? [0, i, 1, 1] : [i, 0, 1, tile.w]));
      for (const [r, c, h, w] of places) pen.strokeRect(tile.x + c * cell + 1, tile.y + r * cell + 1, w * cell - 2, h * cell - 2);
    }
    pen.restore();
  }

  /** The same on the timeline, with the chosen number's own frame. */
  overTimeline(pen, places) {
    const { player } = this, { pick, numbers } = player;
    if (!pick) return;
    const lit = this.lit();
    pen.save();
    pen.strokeStyle = player.theme.accent;
    for (const { name, k, x, y, width, height } of places) {
      const at = pick.source[0] === "signal" ? numbers.step(this.t, pick.source[2]) : null;
      const chosen = at === k && name === pick.source[1], rows = lit.get(JSON.stringify(["signal", name, numbers.shift(this.t, k)]));
      if (!chosen && rows === undefined) continue;
      const tall = height / this.head.signals[name].n;
      pen.globalAlpha = 0.7;
      pen.lineWidth = 2;
      if (rows === null) pen.strokeRect(x - 1, y - 1, width + 2, height + 2);
      else for (const i of rows ?? []) pen.strokeRect(x - 1, y + i * tall, width + 2, tall);
      if (!chosen) continue;
      pen.globalAlpha = 1;
      pen.lineWidth = 2.5;
      pen.strokeRect(x - 1, y + pick.i * tall - 0.5, width + 2, tall + 1);
    }
    pen.restore();
  }

  // --- the panel

  /** The answer is about the numbers before or after the reader's changes; a difference has no terms of its own. */
  draw() {
    const { numbers } = this.player;
    numbers.as(numbers.view === "before" ? "before" : "after", () => this.render());
  }

  render() {
    const { player } = this, { pick } = player;
    this.tell();
    this.box.hidden = !pick;
    if (!pick) { this.trail = []; this.drawn = null; return; }
    const here = { source: pick.source, i: pick.i, j: pick.j, t: this.t };
    if (!same(this.trail.at(-1), here) || !this.trail.every((entry) => player.fits(entry) && entry.t <= this.head.T)) this.trail = [here];
    this.goals = [];
    const about = this.subject();
    const place = document.activeElement?.closest?.(".rv-ask") === this.box ? document.activeElement.dataset.key : null;
    this.put(".rv-way ol", this.way());
    this.put(".rv-answer", this.answer(about));
    this.put(".rv-arithmetic", [`<div class="rv-what">${player.describe(pick)}</div>`, ...this.formula(about).map((line) => `<div class="rv-how">${line}</div>`)].join(""));
    const before = [".rv-table", ".rv-rows"].map((part) => this.box.querySelector(part)?.scrollLeft ?? 0);
    this.put(".rv-found", this.found(about));
    this.box.querySelector(".rv-table")?.scrollTo(before[0], 0);
    const rows = this.box.querySelector(".rv-rows"), marked = rows?.querySelector("[aria-current]");
    if (marked) rows.scrollTop = marked.offsetTop - (rows.clientHeight - marked.offsetHeight) / 2;
    if (place && !this.box.contains(document.activeElement)) {
      const again = [...this.box.querySelectorAll("button")].find((button) => button.dataset.key === place);
      (again ?? this.box.querySelector("nav [aria-current]")).focus({ preventScroll: true });
    }
  }

  put(part, html) {
    const element = this.box.querySelector(part);
    if (element.said !== html) element.innerHTML = element.said = html;
  }

  way() {
    return this.trail.map((entry, k) => {
      const [kind, name] = entry.source, last = k === this.trail.length - 1;
      const unit = this.unit({ kind, name, e: entry.source, i: entry.i, j: entry.j });
      const text = fill(this.words.stop, { name: unit, t: minus((kind === "signal" ? this.player.numbers.step(entry.t, entry.source[2]) : null) ?? entry.t) });
      return `<li><button type="button" data-back="${k}" data-key="way${k}"${last ? ' aria-current="location"' : ""}>${text}</button></li>`;
    }).join("");
  }

  formula(about) {
    const { arithmetic } = this.player;
    if (about.state !== "computed" || !about.e) return [];
    const left = about.kind === "signal" ? named(about.name, `${about.i + 1}`) : this.unit(about);
    const [names, ...steps] = arithmetic.steps(about.e, about.i, about.at);
    const last = steps.length > 1 ? steps.splice(-2).join(" = ") : steps.pop();
    return [`${left} = ${names}`, ...[...steps, last].filter((text) => text !== undefined).map((text) => `= ${text}`)];
  }

  /** The answer in words, which is also what a screen reader hears. */
  answer(about) {
    const { words } = this, { arithmetic, numbers } = this.player, { i, at, e, state } = about;
    const unit = this.unit(about), t = minus(at);
    if (state === "none") return fill(words.state_none, { name: arithmetic.symbols(this.player.pick.source, `${i + 1}`), t, value: show(0) });
    if (state === "weight") return this.answerOfWeight(about, unit);
    if (state !== "computed") {
      const source = about.kind === "signal" ? ["signal", about.name, 0] : null;
      const value = source && ["given", "outside", "noise", "initial", "final", "held", "ripple"].includes(state) ? show(numbers.value(source, i, at), about.name === "x") : "?";
      const label = state === "given" ? escaped(this.head.labels[at - 1]) : "";
      return fill(words[`state_${state}`], { name: unit, t, value, label });
    }
    const value = this.value(e, i, at), said = { name: unit, t, value: show(value, e[1] === "choose") };
    if (e[0] === "call" && !this.head.curves[e[1]]) {
      const n = numbers.size(e[2]), score = show(this.value(e[2], i, at));
      const key = e[1] === "softmax" ? "answer_softmax" : e[1] === "total" ? "answer_total" : value ? "answer_chosen" : "answer_not_chosen";
      return fill(words[key], { ...said, n, score });
    }
    const body = this.body(e), terms = this.terms(body), through = body !== e;
    const inner = show(this.value(body, i, at)), f = through ? this.head.functions[e[1]] : "";
    const sum = body[0] === "sum" || body[0] === "product";
    if (!sum) {
      const factors = (body[0] === "times" ? body.slice(1) : [body]).map((part) => `${arithmetic.symbols(part, `${i + 1}`)} (${show(this.value(part, i, at))})`);
      if (through) return fill(words.answer_through, { ...said, inner, function: f });
      return fill(body[0] === "times" ? words.answer_times : words.answer_same, { ...said, factors: factors.join(" · ") });
    }
    const first = fill(through ? words.answer_call : words.answer_sum, { ...said, inner, function: f });
    const found = body[0] === "product"
      ? numbers.products(body, i, at).map((p) => ({ value: p.value, name: `${arithmetic.symbols(["vector", body[1]], `${i + 1}${p.j + 1}`)} · ${arithmetic.symbols(body[2], `${p.j + 1}`)}` }))
      : terms.map((term) => ({ value: this.value(term, i, at), name: arithmetic.name(arithmetic.unsigned(term)[1]) }));
    const largest = found.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a));
    return found.length > 1 && Number.isFinite(largest.value) ? `${first} ${fill(words.answer_largest, { value: show(largest.value), name: largest.name })}` : first;
  }

  answerOfWeight(about, unit) {
    const uses = this.uses(about.name), { numbers, arithmetic } = this.player;
    const value = show(numbers.weight(about.name, about.i, about.j, this.t));
    if (!uses.length) return fill(this.words.weight_idle, { name: unit, value, t: this.t });
    const [{ e, target }] = uses;
    const goes = arithmetic.symbols(target, `${about.i + 1}`);
    const known = this.usable(uses[0]);
    if (e[0] !== "product") return fill(this.words.weight_added, { name: unit, value, t: this.t, target: goes });
    const operand = known ? this.value(e[2], about.j, this.t) : NaN;
    return fill(this.words.weight_times, { name: unit, value, t: this.t, operand: arithmetic.symbols(e[2], `${about.j + 1}`),
      by: show(operand, e[2][1] === "x"), product: show(operand * numbers.weight(about.name, about.i, about.j, this.t)), target: goes });
  }

  /** Whether the operand that a weight meets is known. */
  usable({ e }) { return e[0] !== "product" || this.reads(e[2], this.t); }

  // --- the terms, as a table

  chip(v, source, whole = false) {
    const { player } = this;
    if (Number.isNaN(v)) return '<span class="rv-number">?</span>';
    const shade = clamp(v / player.scale(source)), colour = player.colour(shade).map(Math.round);
    return `<span class="rv-number" style="background:rgb(${colour});color:${player.contrast(shade)}">${show(v, whole)}</span>`;
  }

  /** A number to go on to: its name and its value. */
  stop(e, i, at, key, j = 0) {
    const { arithmetic, numbers } = this.player, weight = e[0] === "weight";
    if (e[0] === "number") return `<span class="rv-plain">${constant(e[1])}</span>`;
    const whole = e[0] === "signal" && e[1] === "x", known = weight || e[0] === "vector" || this.reads(e, at);
    const value = weight ? numbers.weight(e[1], i, j, at) : known ? this.value(e, i, at) : NaN;
    const name = weight ? named(e[1], `${i + 1},${j + 1}`) : ["signal", "vector"].includes(e[0]) ? arithmetic.symbols(e, `${i + 1}`) : `(${arithmetic.name(e)})<sub>${i + 1}</sub>`;
    this.goals.push(this.goal(e, i, at, j));
    return `<button type="button" class="rv-stop" data-go="${this.goals.length - 1}" data-key="${key}"><span>${name}</span>${this.chip(value, e, whole)}</button>`;
  }

  row(cells) { return `<tr>${cells.join("")}</tr>`; }

  table(about) {
    const { words } = this, { e, i, at } = about, body = this.body(e), terms = this.terms(body);
    const groups = terms.map((term, m) => this.group(term, m, i, at));
    const result = [];
    const line = (name, value, source) => `<tr class="rv-sum"><th scope="row" colspan="4">${name}</th><td>${this.chip(value, source)}</td></tr>`;
    if (terms.length > 1 || body[0] === "product") result.push(line(words.sum, this.value(body, i, at), body));
    const source = about.kind === "signal" ? ["signal", about.name, 0] : e;
    if (body !== e) result.push(line(`${this.head.functions[e[1]]}`, this.value(e, i, at), source));
    return `<div class="rv-table"><table><caption>${fill(words.terms, { name: this.unit(about) })}</caption>
      <thead><tr><th scope="col">${words.term}</th><th scope="col">${words.factor}</th><td></td><th scope="col">${words.operand}</th><th scope="col">${words.product}</th></tr></thead>
      ${groups.map((rows) => `<tbody>${rows.join("")}</tbody>`).join("")}<tfoot>${result.join("")}</tfoot></table></div>`;
  }

  /** The rows of one term; a matrix product has one for each of its products, the smallest of many are folded. */
  group(term, m, i, at) {
    const { arithmetic, numbers } = this.player, [negative, e] = arithmetic.unsigned(term);
    const value = this.value(term, i, at), name = `${negative ? `${MINUS} ` : ""}${arithmetic.name(e)}`;
    const cell = (html) => `<td>${html}</td>`;
    const heading = (span, total) => `<th scope="rowgroup" rowspan="${span}">${name}${total ? `<div>${this.chip(value, term)}</div>` : ""}</th>`;
    if (e[0] === "product") {
      const all = numbers.products(e, i, at), key = `${e[1]} ${m}`, open = this.unfolded.has(key);
      const [some, others] = arithmetic.largest(all.filter((p) => p.operand !== 0), MOST);
      const shown = open ? all : some, hidden = all.length - some.length;
      const rows = shown.map((p) => [this.stop(["weight", e[1]], i, at, `${m} ${p.j} w`, p.j), "·", this.stop(e[2], p.j, at, `${m} ${p.j} o`), this.chip(p.value, e)].map(cell));
      if (hidden) {
        const text = open ? this.words.fewer : fill(this.words.more, { n: hidden, sum: show(others.reduce((sum, p) => sum + p.value, 0)) });
        rows.push([`<td colspan="4"><button type="button" class="rv-more" data-unfold="${key}" data-key="${m} more" aria-expanded="${open}">${text}</button></td>`]);
      }
      return rows.map((cells, k) => this.row(k ? cells : [heading(rows.length, negative || all.length > 1), ...cells]));
    }
    const [first, ...rest] = e[0] === "times" ? e.slice(1) : [e];
    const factors = rest.map((part, k) => this.stop(part, i, at, `${m} ${k + 1}`)).join(" · ");
    return [this.row([heading(1, false), cell(this.stop(first, i, at, `${m} 0`)), cell(rest.length ? "·" : ""), cell(factors), cell(this.chip(value, term))])];
  }

  /** Of a weight: each product it makes now, with the numbers it meets. */
  products(about) {
    const { words } = this, uses = this.uses(about.name).filter((use) => this.usable(use));
    if (!uses.length) return "";
    const own = ["weight", about.name], { numbers } = this.player, value = numbers.weight(about.name, about.i, about.j, this.t);
    const chip = this.chip(value, own), unit = this.unit(about);
    const rows = uses.map(({ e, target }, m) => {
      const made = e[0] === "product", product = made ? value * this.value(e[2], about.j, this.t) : value;
      const known = this.knowsTarget(target);
      const operand = made ? this.stop(e[2], about.j, this.t, `${m} o`) : "";
      return this.row([`<td><span class="rv-stop"><span>${unit}</span>${chip}</span></td>`, `<td>${made ? "·" : ""}</td>`, `<td>${operand}</td>`, `<td>${this.chip(product, e)}</td>`, `<td>${known ? this.stop(target, about.i, this.t, `${m} t`) : this.player.arithmetic.symbols(target, `${about.i + 1}`)}</td>`]);
    });
    return `<div class="rv-table"><table><caption>${fill(words.used, { name: unit, t: this.t })}</caption>
      <thead><tr><th scope="col">${words.factor}</th><td></td><th scope="col">${words.operand}</th><th scope="col">${words.product}</th><th scope="col">${words.part_of}</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
  }

  knowsTarget(target) { return this.reads(target, this.t); }

  // --- the pictures beside the table

  found(about) {
    if (about.state === "weight") return this.products(about);
    if (about.state !== "computed") return "";
    const { e } = about;
    if (e[0] === "call" && !this.head.curves[e[1]]) return this.scores(about);
    return this.table(about) + this.curve(about) + this.bars(about);
  }

  /** The function that a number went through: the outermost one, else the first among the factors and terms. */
  called(e) {
    const is = (part) => part[0] === "call" && this.head.curves[part[1]];
    return is(e) ? e : (["sum", "times"].includes(e[0]) ? e.slice(1).find(is) : null) ?? null;
  }

  curve({ e, i, at }) {
    const call = this.called(e);
    if (!call) return "";
    const { numbers, arithmetic, theme } = this.player, [, name, operand] = call, n = numbers.size(operand);
    const dots = Array.from({ length: n }, (_, k) => [this.value(operand, k, at), this.value(call, k, at)]);
    if (!dots.flat().every(Number.isFinite)) return "";
    const data = this.head.curves[name], slope = arithmetic.slope(data.slope, dots[i][1]), symbol = this.head.functions[name];
    const [x, y] = dots[i];
    return `<figure class="rv-curve" data-slope="${slope.value}">${curve(data, dots, i, theme, fill(this.words.curve, { function: symbol, x: show(x), y: show(y) }))}
      <figcaption><b>${symbol}(${show(x)}) = ${show(y)}</b><br>${fill(this.words.slope, { slope: slope.text })}<br><span class="rv-flat"></span>${this.words.flat}</figcaption></figure>`;
  }

  /** What each unit of the signal was added up from, as stacked bars. */
  stacks(about) {
    const { e, kind, name } = about, { numbers, arithmetic } = this.player, body = this.body(e);
    if (body[0] === "sum") {
      const parted = body.slice(1).filter((term) => numbers.size(term));
      const plain = body.slice(1).filter((term) => !numbers.size(term)); // numbers alone have no size
      const of = (term, i, t) => this.value(term, i, t);
      const stacks = [...parted, ...plain].map((term) => { const [negative, rest] = arithmetic.unsigned(term); return { label: `${negative ? MINUS : ""}${arithmetic.name(rest)}`, of: (i, t) => of(term, i, t) }; });
      return { n: numbers.size(body), stacks, sum: (i, t) => this.value(body, i, t), title: fill(body === e ? this.words.bars : this.words.bars_inside, { name: kind === "signal" ? named(name, "t") : arithmetic.name(e), function: this.head.functions[e[1]] }) };
    }
    const shares = kind === "signal" ? this.head.shares[name] : null;
    if (!shares) return null;
    const { n } = this.head.signals[name];
    const stacks = shares.map(({ label, offset }) => ({ label: label || this.words.biases, of: (i, t) => numbers.values[offset + (t - 1) * n + i] }));
    const rest = (i, t) => numbers.signal(name, t, i) - stacks.slice(0, shares.length).reduce((sum, stack) => sum + stack.of(i, t), 0);
    if (Array.from({ length: n }, (_, i) => rest(i, about.at)).some((v) => Math.abs(v) > 0.005)) stacks.push({ label: this.words.nothing, of: rest });
    return { n, stacks, sum: (i, t) => numbers.signal(name, t, i), title: fill(this.words.shares, { name: named(name, "t") }) };
  }

  bars(about) {
    const made = this.stacks(about);
    if (!made || made.stacks.length < 2) return "";
    const { n, stacks, sum, title } = made, { theme } = this.player, { at } = about;
    const rows = Array.from({ length: n }, (_, i) => ({ values: stacks.map((stack) => stack.of(i, at)), sum: sum(i, at) }));
    if (!rows.every((row) => row.values.every(Number.isFinite))) return "";
    const extent = this.extent(JSON.stringify([about.kind, about.name, about.e]), n, stacks);
    const units = rows.map((row, i) => {
      this.goals.push(about.kind === "signal" ? this.goal(["signal", about.name, 0], i, at) : this.goal(about.e, i, at));
      const [kind, name] = about.kind === "signal" ? ["signal", about.name] : [about.kind, ""];
      return { ...row, go: this.goals.length - 1, key: `unit${i}`, name: this.unit({ kind, name, i, e: about.e }), text: show(row.sum), chosen: i === about.i };
    });
    return `<figure class="rv-bars"><figcaption>${title}</figcaption>${legend(stacks.map((stack, k) => `${stack.label} <b>${show(rows[about.i].values[k])}</b>`), theme)}${patterns(theme)}
      <div class="rv-rows">${bars(units, extent, theme)}</div></figure>`;
  }

  /** How far bars reach to the left and to the right, the same at all steps, so that fading is seen as fading. */
  extent(key, n, stacks) {
    if (!this.extents.has(key)) {
      let low = 0, high = 0;
      for (let t = 1; t <= this.head.T; t++) for (let i = 0; i < n; i++) {
        let down = 0, up = 0;
        for (const { of } of stacks) { const v = of(i, t); if (v < 0) down += v; else up += v; }
        if (down > -1e6) low = Math.min(low, down);
        if (up < 1e6) high = Math.max(high, up);
      }
      this.extents.set(key, [low, high || (low ? 0 : 1)]);
    }
    return this.extents.get(key);
  }

  /** Of softmax, a choice or a total: all that it looked at. */
  scores(about) {
    const { e, at, i } = about, { numbers, theme } = this.player, operand = e[2], n = numbers.size(operand);
    const labels = this.head.axes[about.name]?.[0];
    const all = Array.from({ length: n }, (_, k) => this.value(e, k, at)), most = Math.max(...all.map(Math.abs)) || 1;
    const rows = all.map((share, k) => {
      const score = this.value(operand, k, at);
      this.goals.push(this.goal(operand, k, at));
      return { go: this.goals.length - 1, key: `score${k}`, name: labels ? escaped(labels[k]) : `${k + 1}`, chip: this.chip(score, operand), share: share / (e[1] === "total" ? most : 1), text: show(share, e[1] === "choose"), chosen: k === i };
    });
    const title = { softmax: this.words.softmax, choose: this.words.chooses }[e[1]] ?? this.words.totals;
    return `<figure class="rv-bars rv-scores"><figcaption>${fill(title, { name: this.player.arithmetic.name(operand) })}</figcaption><div class="rv-rows">${scores(rows, theme)}</div></figure>`;
  }
}
