// Changing numbers: the slider of the chosen number, dragging a cell, and what is shown: before, after or the difference.
// The core computes: what a drag shows is one of the values that were fetched when the number was touched.

import { fill, named, show } from "./numbers.js";

const FAR = 6; // pixels that a pointer moves before it is a drag and no click

export class Change {
  constructor(player) {
    this.player = player;
    this.held = null; // the number that is dragged: {place, pick, value}
    this.drawn = 0; // pictures since it was touched, for the benchmark
    this.panel = player.root.querySelector(".rv-change");
    this.views = player.root.querySelector(".rv-views");
    this.views.addEventListener("click", (event) => {
      const { view } = event.target.closest("[data-view]")?.dataset ?? {};
      if (view) this.show(view);
    });
    this.panel.addEventListener("input", (event) => {
      if (event.target.type === "range") this.to(+event.target.value);
    });
    this.panel.addEventListener("pointerdown", (event) => { if (event.target.type === "range") this.touch(this.player.pick); });
    this.panel.addEventListener("focusin", (event) => { if (event.target.type === "range") this.touch(this.player.pick); });
    this.panel.addEventListener("change", (event) => {
      if (event.target.type === "range") this.release();
      if (event.target.type === "number") this.typed(event.target);
    });
    this.panel.addEventListener("click", (event) => { if (event.target.dataset.hold) this.hold(event.target.dataset.hold); });
    this.panel.addEventListener("keydown", (event) => event.stopPropagation()); // the slider's arrows are its own
    this.dragging(player.stage);
  }

  get head() { return this.player.head; }
  get words() { return this.player.words; }

  /** A new run: what was dragged is let go once its value has arrived. */
  update() {
    const { head, player } = this, { kept } = player;
    player.numbers.view = head.changed ? kept.view ?? "after" : "after";
    if (this.held && head.sweep?.place === this.held.place) this.pick(this.held.value);
    else if (this.held?.done) this.held = null;
    this.said = null;
  }

  show(view) {
    this.player.kept.view = this.player.numbers.view = view;
    this.player.draw();
  }

  /** The buttons before, after, difference. */
  drawViews() {
    this.views.hidden = !this.head.changed;
    if (this.views.hidden) return;
    const { frame } = this.player.numbers, felt = frame === null ? this.head.felt : this.head.sweep.felt[frame];
    if (felt !== this.felt) this.views.querySelector(".rv-felt").innerHTML = this.felt = felt;
    for (const button of this.views.querySelectorAll("button")) {
      button.textContent = this.words[`view_${button.dataset.view}`];
      button.setAttribute("aria-pressed", button.dataset.view === this.player.numbers.view);
    }
  }

  // --- which numbers can be changed

  /** Where a chosen number stands, as the address writes it, if it is given and not computed; else null. */
  place(pick) {
    const { head, player } = this, [kind, name, shift] = pick.source, t = player.kept.t;
    if (kind === "weight" || kind === "vector") {
      const early = head.weights[name].encoder !== undefined && t < head.decoder;
      return `${early ? "encoder." : ""}${name}.${pick.i + 1}${kind === "weight" && head.weights[name].matrix ? `.${pick.j + 1}` : ""}`;
    }
    const at = player.numbers.step(t, shift);
    if (at === null || kind !== "signal" || !head.signals[name] || head.ripple?.name === name) return null;
    if (name === "x") return at >= 1 && at <= head.T && head.timeline.gives[at - 1] ? `x.${at}.${pick.i + 1}` : null;
    const outside = at < 1 || at > head.T, { before, rows } = head.signals[name], row = at - 1 + before;
    return outside && row >= 0 && row < rows ? `${name}.${at}.${pick.i + 1}` : null;
  }

  /** Whether a chosen number is computed at a step of the sequence, so that it can be held. */
  computed(pick) {
    const [kind, name, shift] = pick.source, at = kind === "signal" ? this.player.numbers.step(this.player.kept.t, shift) : null;
    return at !== null && this.head.changeable.includes(name) && at >= 1 && at <= this.head.T;
  }

  value(pick) {
    const { numbers, kept } = this.player, [kind, name] = pick.source;
    return numbers.as("after", () => (kind === "signal" ? numbers.value(pick.source, pick.i, kept.t) : numbers.weight(name, pick.i, pick.j, kept.t)));
  }

  // --- dragging

  /** A number is touched: ask the core for its values. */
  touch(pick) {
    const place = pick && this.place(pick);
    if (!place || (this.held?.place === place && !this.held.done)) return;
    this.held = { place, pick, value: this.value(pick) };
    this.drawn = 0;
    if (this.head.sweep?.place !== place) this.player.act({ do: "sweep", place });
  }

  /** Drag it to a value: the nearest that the core computed. */
  to(value) {
    if (!this.held) return;
    this.held.value = value;
    if (this.head.sweep?.place !== this.held.place) return;
    cancelAnimationFrame(this.next);
    this.next = requestAnimationFrame(() => this.pick(value));
  }

  pick(value) {
    const { numbers } = this.player, { sweep } = this.head;
    if (!sweep || !this.held) return;
    const near = sweep.values.reduce((best, v, k) => (Math.abs(v - value) < Math.abs(sweep.values[best] - value) ? k : best), 0);
    if (numbers.frame === near) return;
    numbers.frame = near;
    this.held.value = sweep.values[near];
    this.drawn += 1;
    this.player.root.dataset.dragged = this.drawn;
    this.player.draw();
  }

  /** Let go: the value is the reader's from now on. */
  release() {
    if (!this.held || this.held.done) return;
    this.held.done = true;
    this.player.act({ do: "edit", edit: `${this.held.place}:${plain(this.held.value)}` });
  }

  typed(field) {
    const place = this.place(this.player.pick);
    if (place && field.value !== "" && Number.isFinite(+field.value)) this.player.act({ do: "edit", edit: `${place}:${plain(+field.value)}` });
  }

  /** Hold a computed number: at this step only, or from it on. */
  hold(steps) {
    const { pick, kept } = this.player, at = this.player.numbers.step(kept.t, pick.source[2]), field = this.panel.querySelector("input[type=number]");
    if (field.value === "" || !Number.isFinite(+field.value)) { field.focus(); return; }
    this.player.act({ do: "edit", edit: `${pick.source[1]}.${at}${steps === "on" ? "-" : ""}.${pick.i + 1}:${plain(+field.value)}` });
  }

  /** A cell that is given can be dragged up and down; without a movement it is a click, and asks. */
  dragging(stage) {
    stage.addEventListener("pointerdown", (event) => {
      const hit = this.head?.changing && event.button === 0 && event.pointerType !== "touch" ? this.player.hit(event) : null;
      if (!hit || !this.place(hit)) return;
      const from = { y: event.clientY, value: this.value(hit) };
      const move = (moved) => {
        const far = from.y - moved.clientY;
        if (!this.moving && Math.abs(far) < FAR) return;
        if (!this.moving) { this.moving = true; this.player.choose(hit); this.touch(this.player.pick); stage.setPointerCapture(event.pointerId); }
        this.to(from.value + (far / 100) * this.head.ranges.weight);
      };
      const up = () => {
        stage.removeEventListener("pointermove", move);
        stage.removeEventListener("pointerup", up);
        stage.removeEventListener("pointercancel", up);
        if (this.moving) { this.release(); setTimeout(() => { this.moving = false; }); } // the click that follows is none
      };
      stage.addEventListener("pointermove", move);
      stage.addEventListener("pointerup", up);
      stage.addEventListener("pointercancel", up);
    });
  }

  // --- the panel of the chosen number

  drawPanel() {
    const { player, panel, words, head } = this, { pick } = player;
    const place = pick && head.changing ? this.place(pick) : null, holds = pick && head.changing && !place && this.computed(pick);
    panel.hidden = !place && !holds;
    if (panel.hidden) { this.said = null; return; }
    const said = place ?? `hold ${pick.source[1]} ${player.numbers.step(player.kept.t, pick.source[2])} ${pick.i}`;
    const value = this.held && !panel.hidden && this.held.place === place ? this.held.value : this.value(pick);
    if (said !== this.said) {
      this.said = said;
      panel.replaceChildren(...(place ? this.slider(value) : this.holding(value)));
    }
    const field = panel.querySelector("input[type=number]"), range = panel.querySelector("input[type=range]");
    if (field && document.activeElement !== field) field.value = plain(value);
    if (range && document.activeElement !== range) range.value = value;
    if (range) range.setAttribute("aria-valuetext", show(value));
    panel.querySelector(".rv-was").innerHTML = this.wasText(pick, words);
  }

  /** What the number was before the changes, where it was another. */
  wasText(pick, words) {
    const { numbers, kept } = this.player;
    if (!this.head.changed) return "";
    const read = () => (pick.source[0] === "signal" ? numbers.value(pick.source, pick.i, kept.t) : numbers.weight(pick.source[1], pick.i, pick.j, kept.t));
    const was = numbers.as("before", read), now = numbers.as("after", read);
    return was === now ? "" : fill(words.was, { was: show(was), difference: show(now - was) });
  }

  slider(value) {
    const reach = this.head.ranges.weight, range = control("range", this.words.change_to);
    Object.assign(range, { min: value - reach, max: value + reach, step: reach / 20, value });
    return [label(this.words.change_to), range, number(value, this.words.change_to), was()];
  }

  holding(value) {
    const button = (steps) => { const b = document.createElement("button"); b.type = "button"; b.dataset.hold = steps; b.textContent = this.words[`hold_${steps}`]; return b; };
    const { pick, kept } = this.player, text = document.createElement("span");
    text.innerHTML = fill(this.words.hold_at, { name: named(pick.source[1], `${pick.i + 1}`), t: this.player.numbers.step(kept.t, pick.source[2]) });
    return [text, number(value, this.words.hold_value), button("here"), button("on"), was()];
  }
}

const plain = (value) => String(+value.toFixed(4));

function control(type, name) {
  const input = document.createElement("input");
  input.type = type;
  input.setAttribute("aria-label", name);
  return input;
}

function number(value, name) {
  return Object.assign(control("number", name), { step: "any", value: plain(value) });
}

function label(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

function was() {
  const span = document.createElement("span");
  span.className = "rv-was";
  return span;
}
