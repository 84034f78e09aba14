// The player: steps through time and keeps timeline, stage and answers together. It holds the numbers of all steps, so
// that stepping and playing ask nothing of whoever made them. All numbers are the core's; what is computed here (a
// product, a sum on the way to a result) is put together from them.

import { Palette } from "./drawing/colours.js";
import { Network } from "./drawing/network.js";
import { neighbour, Stage } from "./drawing/stage.js";
import { Timeline } from "./drawing/timeline.js";
import { Tree } from "./drawing/tree.js";
import { plotly } from "./grid.js";
import { Event } from "./motion/event.js";
import { Motion } from "./motion/motion.js";
import { Pause } from "./motion/pause.js";
import { Ask, describe } from "./panels/ask.js";
import { Bar } from "./panels/bar.js";
import { Change } from "./panels/change.js";
import { explained } from "./panels/glossary.js";
import { Head } from "./panels/head.js";
import { dragAlong, Pointing } from "./panels/pointing.js";
import { Signs } from "./panels/signs.js";
import { lit } from "./panels/subject.js";
import { Text } from "./panels/text.js";
import { Scene } from "./scene.js";
import { actionOf, Time } from "./time.js";

/** @import { Act, Choices, Payload, Pick } from "./types.js" */
/** @import { Look } from "./drawing/look.js" */
/** @import { Hit } from "./drawing/stage.js" */
/** @import { Box } from "./motion/flight.js" */
/** @import { Plotly } from "./grid.js" */
/** @import { Find } from "./panels/pointing.js" */
/** @import { Goal } from "./panels/subject.js" */
/** @import { State } from "./state.js" */

const BESIDE = 880; // pixels from which on the two players of a comparison stand side by side, as style.css has it
const SWAP = 4; // the speed from which on a step is a plain change
const USUAL = [1280, 720]; // pixels of a window in which things have their usual size
const BELOW = 66; // of the sentence and the legend
const LEVELS = 44; // of the buttons that open the box
const HEADER = 64; // pixels of the page's own bar

/**
 * What a player is told and tells: nothing of a player knows where it stands.
 * @typedef {object} Host
 * @property {() => HTMLElement} scroller what scrolls the page
 * @property {() => number} beside the pixels left of the page that an answer may cover
 * @property {() => number} together the pixels that the players of a comparison have together
 * @property {() => boolean} used whether this reader has used a player before
 * @property {() => void} use this reader uses one
 * @property {() => boolean} dark whether the page is dark
 * @property {(what: Act) => void} act what the reader asks of the core
 * @property {(player: Player, t: number) => void} lead go to a step, asked of a player that follows another one
 */

export class Player {
  /** @type {Pointing | null} */
  #pointing = null;
  /** @type {Signs | null} */
  #signs = null;
  /** Whether the last press on the timeline was a drag. */
  #dragged = () => false;
  /** @type {Scene | null} */
  #scene = null;
  /** @type {Palette | null} */
  #palette = null;
  /** @type {Plotly | null} */
  #plotly = null;
  #host;
  #width = 0;
  #frame = 0;
  /** What the last picture was laid out for. */
  #layout = "";
  /** While several things are chosen at once: whether to draw at the end, and whether all anew. */
  #due = { waiting: false, draw: false, anew: false };
  /** What ends what was begun. @type {(() => void)[]} */
  #ends = [];

  /**
   * @param {HTMLElement} root with the elements of player.html
   * @param {State} state
   * @param {Host} host
   */
  constructor(root, state, host) {
    const find = (/** @type {string} */ part) => /** @type {HTMLElement} */ (root.querySelector(part));
    this.root = root;
    this.state = state;
    this.#host = host;
    this.stage = new Stage(find(".rv-stage"));
    /** @type {Timeline | Tree} */
    this.timeline = new Timeline(find(".rv-timeline"));
    this.network = new Network(find(".rv-network"), state);
    this.bar = new Bar(root, {
      do: (what) => this.time.do(what),
      go: (t) => this.time.go(t),
      speed: (speed) => this.time.setSpeed(speed),
    });
    this.motion = new Motion(/** @type {HTMLCanvasElement} */ (root.querySelector(".rv-motion")), () => this.draw());
    this.time = new Time(state, {
      scene: () => this.#scene,
      lead: (t) => host.lead(this, t),
      playing: (on) => {
        if (this.#scene) this.bar.playing(on, this.#scene.words);
      },
    });
    this.headline = new Head(find(".rv-header"), host.used());
    this.text = new Text(root, (level) => state.set({ level }));
    this.ask = new Ask(find(".rv-ask"), { go: (goal) => this.#walk(goal), shut: () => this.#shut() });
    this.change = new Change(find(".rv-change"), find(".rv-views"), {
      scene: () => this.#scene,
      act: (what) => host.act(what),
      draw: () => this.draw(),
      hit: (event) => this.stage.hit(event),
      choose: (hit) => this.choose(hit),
    });
    this.change.dragOn(this.stage.holder);
    this.#listen();
  }

  /** Listeners are added once, here: the element outlives every run of the script. */
  #listen() {
    const ended = new AbortController();
    const { signal } = ended;
    this.#ends.push(() => ended.abort());
    const bar = /** @type {HTMLElement} */ (this.root.querySelector(".rv-signs"));
    const tell = this.text.tip.bind(this.text);
    this.#signs = new Signs(this.root, bar, () => this.#scene, tell, signal);
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    // A presenter's clicker works right after typing and Enter. Last in line, so that the field takes its text first.
    document.addEventListener("keydown", (event) => this.#entered(event), { signal });
    this.root.addEventListener("keydown", (event) => this.#escaped(event), { signal });
    const stage = this.stage.holder;
    stage.addEventListener("click", (event) => this.#stageClicked(event), { signal });
    stage.addEventListener("keydown", (event) => this.#walkCells(event), { signal });
    const timeline = this.timeline.holder;
    timeline.addEventListener("click", (event) => this.#timelineClicked(event), { signal });
    this.#dragged = dragAlong(timeline, (event, down) => this.#scrub(event, down), signal);
    this.#pointing = new Pointing(signal, (event, find) => this.#tip(event, find));
    this.#pointing.on(stage, (event) => this.stage.hit(event));
    this.#pointing.on(timeline, (event) => (this.#scene ? this.timeline.hit(event, this.#scene) : null));
    const resized = () => {
      cancelAnimationFrame(this.#frame);
      this.#frame = requestAnimationFrame(() => this.draw(true));
    };
    const observer = new ResizeObserver(() => {
      if (this.root.clientWidth !== this.#width) resized();
    });
    observer.observe(this.root);
    this.#ends.push(() => observer.disconnect());
    window.addEventListener("resize", resized, { signal });
    this.#ends.push(this.state.subscribe((changed) => this.#chosen(changed)));
  }

  close() {
    this.time.pause();
    this.motion.drop();
    for (const end of this.#ends) end();
  }

  /** The run that is shown; null before the first. */
  get scene() {
    return this.#scene;
  }

  /**
   * A picture: new numbers, words or theme, and what it is shown at.
   * @param {Payload} head
   * @param {Float32Array | Float64Array} values
   * @param {Partial<Choices>} [choices]
   */
  async update(head, values, choices = {}) {
    const scene = new Scene(head, values, this.state);
    this.#scene = null; // what is chosen now is drawn at the end
    const { holder } = this.timeline;
    if (Boolean(head.graph) !== this.timeline instanceof Tree)
      this.timeline = head.graph ? new Tree(holder) : new Timeline(holder);
    const { t, focus, pick, slow, part } = { ...this.state.now, ...choices };
    this.state.set({
      t: scene.follows ? t : scene.clamp(t),
      focus: scene.blocks.has(focus ?? "") ? focus : head.stage.focus,
      pick: pick && scene.fits(pick) ? pick : null,
      part: slow && part === null ? scene.partsAt(scene.clamp(t)).length : part,
    });
    this.#scene = scene;
    this.change.update(scene);
    this.bar.label(scene);
    this.bar.playing(this.time.playing, scene.words);
    this.text.label(scene);
    this.ask.label(scene.words);
    const loaded = await plotly(head.plotly);
    if (!this.root.isConnected || this.#scene !== scene) return;
    this.#plotly = loaded;
    const theme = head.themes[this.#host.dark() ? "dark" : "light"];
    for (const name of /** @type {const} */ (["accent", "frame"]))
      this.root.style.setProperty(`--rv-${name}`, theme[name]);
    this.#palette = new Palette(theme, getComputedStyle(this.root).fontFamily);
    this.draw(true);
    this.root.dataset.ready = "true";
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const what = this.#scene && !this.#scene.follows ? actionOf(event, this.state.now.slow) : null;
    if (!what) return;
    event.preventDefault();
    this.time.do(what, event.repeat);
  }

  /** @param {KeyboardEvent} event */
  #escaped({ key, defaultPrevented }) {
    if (key === "Escape" && this.state.now.pick && !defaultPrevented) this.#shut();
  }

  /** @param {KeyboardEvent} event */
  #entered({ target, key, isComposing }) {
    const field = target instanceof HTMLInputElement && target.type === "text";
    if (field && key === "Enter" && !isComposing && !this.#scene?.follows) this.root.focus({ preventScroll: true });
  }

  // --- drawing

  /** The reader chose something. @param {Set<keyof Choices>} changed */
  #chosen(changed) {
    if (!this.#scene) return;
    if (changed.has("t") || changed.has("part") || this.state.now.pick) {
      if (this.headline.use()) this.#host.use();
    }
    if (changed.has("view")) this.#scene.numbers.view = this.state.now.view;
    if (changed.has("unrolled")) this.network.unroll();
    if (changed.has("level") || changed.has("untied")) return this.draw(true);
    if (changed.has("lit") || changed.has("litAt")) this.#shine();
    /** @type {(keyof Choices)[]} */
    const drawn = ["t", "part", "focus", "pick", "view", "slow"];
    if ((changed.has("t") || changed.has("part")) && this.#step()) return;
    if (drawn.some((name) => changed.has(name))) this.draw();
  }

  /** Another weight is lit. */
  #shine() {
    this.network.shine();
    const look = this.#look();
    if (look) this.timeline.over(look);
  }

  /** @returns {Look | null} */
  #look() {
    if (!this.#scene || !this.#palette || !this.#plotly) return null;
    const [scene, palette] = [this.#scene, this.#palette];
    const beside = Boolean(scene.head.side) && this.#host.together() >= BESIDE;
    const quick = scene.numbers.frame !== null;
    scene.grow(Math.max(1, Math.min(2, window.innerHeight / USUAL[1], window.innerWidth / USUAL[0])));
    return { scene, palette, plotly: this.#plotly, width: this.#width, beside, quick, lit: lit(scene) };
  }

  /** How many pixels timeline and stage have. @param {Look} look */
  #room(look) {
    const { scene, beside } = look;
    const { growth, head } = scene;
    if (head.side && !beside) return { timeline: 130, stage: 340 };
    const top = this.root.getBoundingClientRect().top + this.#host.scroller().scrollTop;
    const over = this.bar.height + this.headline.height + this.change.height + this.network.height;
    const left = window.innerHeight - top - over - (head.network ? LEVELS * growth : 0);
    const below = left - BELOW * growth;
    // The timeline makes way for a stage whose numbers can be read without scrolling.
    const [least, most] = this.timeline.room(scene, left);
    // Two of them side by side stay alike.
    const timeline = head.side ? most : Math.max(least, Math.min(most, below - this.stage.needs(look)));
    return { timeline, stage: Math.max(head.network ? 120 : 210, below - timeline) };
  }

  /** Choose several things one after the other, and draw once. @param {() => void} act */
  #atOnce(act) {
    this.#due = { waiting: true, draw: false, anew: false };
    act();
    const { draw, anew } = this.#due;
    this.#due = { waiting: false, draw: false, anew: false };
    if (draw) this.draw(anew);
  }

  /**
   * Draw everything; places anew only where asked, or where another equation is in focus.
   * @param {boolean} [anew]
   * @param {(scene: Scene) => Scene} [as] what to show in its place
   */
  draw(anew = false, as = (scene) => scene) {
    this.motion.drop();
    this.root.classList.remove("rv-moving");
    if (this.#due.waiting) {
      this.#due = { waiting: true, draw: true, anew: anew || this.#due.anew };
      return;
    }
    this.#width = this.root.clientWidth;
    const now = this.#look();
    if (!now || !this.#width) return;
    const look = { ...now, scene: as(now.scene) };
    const { scene, palette } = look;
    this.root.classList.toggle("rv-beside", look.beside);
    const layout = `${this.state.now.focus} ${this.state.now.slow ? "slow" : ""} ${scene.level} ${scene.differs}`;
    const relaid = anew || layout !== this.#layout;
    this.#layout = layout;
    this.change.drawViews(scene);
    if (relaid) this.headline.place(scene);
    this.headline.draw(scene);
    this.network.draw(look, relaid);
    const room = this.#room(look);
    this.bar.draw(scene);
    this.root.dataset.t = String(scene.t);
    this.root.dataset.dragged = String(this.change.drawn);
    this.timeline.draw(look, room.timeline, relaid);
    if (relaid) this.text.drawLevels(scene);
    if (scene.level !== "equation") this.stage.draw(look, room.stage, relaid);
    if (relaid) this.#signs?.place(scene, scene.level === "equation" ? [] : this.stage.signs);
    this.text.drawSentence(scene);
    this.ask.draw(scene, palette);
    this.change.drawPanel(scene);
    if (relaid) this.text.drawLegend(scene, palette);
    this.#pointing?.again();
  }

  /** Show the step that was made as an event; false where it is no such step, or where nobody would see it. */
  #step() {
    const { now } = this.state;
    const { t, moved, speed, slow, view } = now;
    const calm = speed >= SWAP || document.hidden || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const from = t - (this.#scene?.by ?? 1);
    if (moved !== "step" || calm || view === "difference" || this.#due.waiting) return false;
    if (slow) return this.#pause();
    if (this.motion.event && this.motion.event.scene.t !== from) return false;
    this.motion.drop();
    const look = this.#look();
    const { page, holder } = this.stage;
    if (!look || !page || look.scene.level === "equation") return false;
    const { scene } = look;
    const before = { ...look, scene: scene.at(from), quick: true };
    this.timeline.draw(before, this.#room(look).timeline, false, false);
    this.stage.base(look);
    const [stage, timeline] = [this.#inside(holder), this.#inside(this.timeline.holder)];
    const placed = (/** @type {Box} */ box) => ({ ...box, x: box.x + timeline.x, y: box.y + timeline.y });
    const spots = this.timeline.shown(scene).map((spot) => ({ ...spot, ...placed(spot) }));
    const [one, other] = [this.timeline.frame(from), this.timeline.frame(t)];
    const size = this.stage.numberSize(look);
    const event = new Event(scene, from, { page, spots, stage: [stage.x, stage.y], size });
    this.bar.draw(scene);
    this.headline.draw(scene, true);
    this.root.dataset.t = String(t);
    this.root.classList.add("rv-moving");
    this.motion.begin({ event, look, speed, frames: one && other ? [placed(one), placed(other)] : null });
    this.#pointing?.again();
    return true;
  }

  /** Where an element stands in the player. @param {HTMLElement} element */
  #inside(element) {
    const corner = this.root.getBoundingClientRect();
    const { left, top } = element.getBoundingClientRect();
    return { x: left - corner.left, y: top - corner.top };
  }

  /** Show how slow motion comes to its next pause; false where there is none. */
  #pause() {
    const look = this.#look();
    const part = look?.scene.part;
    if (!look || !part) return false;
    this.draw(false, (scene) => scene.waiting());
    const { page, holder } = this.stage;
    if (!page) return false;
    const { x, y } = this.#inside(holder);
    const event = new Pause(look.scene, part, { page, spots: [], stage: [x, y], size: this.stage.numberSize(look) });
    this.root.classList.add("rv-moving");
    this.motion.begin({ event, look, speed: this.state.now.speed, frames: null });
    return true;
  }

  // --- asking

  /** @param {MouseEvent} event */
  #stageClicked(event) {
    if (this.change.moving) return;
    const hit = this.stage.hit(event);
    if (hit) this.choose(hit);
    else if (this.#scene?.level === "box") this.state.set({ level: "equation" });
  }

  /** To the step that is pointed at. @param {PointerEvent} event @param {PointerEvent} down where the drag began */
  #scrub(event, down) {
    const t = this.#scene && this.timeline.stepAt(event, this.#scene, down);
    if (t !== null && t !== this.state.now.t) this.time.go(t);
  }

  /** A click asks the number that stands there, and goes to its step. @param {MouseEvent} event */
  #timelineClicked(event) {
    const scene = this.#scene;
    if (!scene || this.#dragged()) return;
    const spot = this.timeline.spot(event, scene);
    if (!spot) {
      const t = this.timeline.stepAt(event, scene);
      if (t !== null) this.time.go(t);
      return;
    }
    this.asked(spot.name, spot.i, spot.k);
  }

  /**
   * Ask row i of a signal at step k, wherever the player stands.
   * @param {string} name
   * @param {number} i
   * @param {number} k
   */
  asked(name, i, k) {
    if (!this.#scene) return;
    this.#walk(this.ask.begin(this.#scene, name, i, k));
    this.#show();
  }

  /** @param {Hit} hit */
  choose({ source, i, j, tile }) {
    const scene = this.#scene;
    if (!scene) return;
    const unfold = tile?.role === "folded" && source[0] === "signal" && scene.blocks.has(source[1]) && !scene.part;
    this.state.set({ pick: { source, i, j }, focus: unfold ? source[1] : this.state.now.focus });
    this.#show();
  }

  #shut() {
    const inside = this.ask.focused;
    this.state.set({ pick: null });
    if (inside) this.stage.holder.focus({ preventScroll: true });
  }

  /** Ask a number, at its step. @param {Goal} goal */
  #walk({ source, i, j, t }) {
    const scene = this.#scene;
    if (!scene) return;
    const inside = this.ask.focused;
    if (this.time.playing) this.time.pause();
    this.#atOnce(() => {
      this.state.set({ pick: { source, i, j } });
      if (t !== scene.t) this.time.go(t);
    });
    // Its equation is spelled out, so that row and columns can light up.
    const name = source[0] === "signal" ? source[1] : "";
    const spelled = this.stage.page?.tiles.some((tile) => tile.block.name === name && tile.role !== "folded");
    if (scene.blocks.has(name) && !spelled && !scene.part) this.state.set({ focus: name });
    if (inside) this.ask.focus();
  }

  /** The tile of the chosen number, on the screen; null where none is seen. */
  #asked() {
    const { page, holder } = this.stage;
    const { pick } = this.state.now;
    const tile = pick ? this.stage.tileOf(pick.source) : undefined;
    const place = tile && this.#scene?.placeOf(tile, pick);
    if (!page || !tile || !place || holder.hidden) return null;
    const { left, top } = holder.getBoundingClientRect();
    const [x, y] = [left + tile.x + place[1] * page.wide, top + tile.y + place[0] * page.high];
    return { left: x, top: y, right: x + page.wide, bottom: y + page.high };
  }

  /** The answer has its place, and does not lie on the number that was asked: on a phone the page makes way. */
  #show() {
    const beside = this.#host.beside();
    const asked = this.#asked();
    this.ask.place(beside, !beside && asked !== null && asked.left < 320);
    const { edge } = this.ask;
    const sheet = edge.width > 0.9 * window.innerWidth;
    if (!sheet || !asked || asked.bottom < edge.top) return;
    const by = Math.min(asked.bottom - edge.top + 12, asked.top - HEADER);
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (by > 0) this.#host.scroller().scrollBy({ top: by, behavior: calm ? "auto" : "smooth" });
  }

  /** Shift and an arrow move the chosen cell; Enter chooses the first result. @param {KeyboardEvent} event */
  #walkCells(event) {
    const { page } = this.stage;
    const { key, shiftKey } = event;
    if (!page || !this.#scene || (key !== "Enter" && !(shiftKey && key.startsWith("Arrow")))) return;
    event.preventDefault();
    const next = neighbour(page, this.#scene, key);
    if (next) this.choose(next);
  }

  /**
   * Tell what is under the mouse: a number, or what a sign of the stage means.
   * @param {MouseEvent | null} event
   * @param {Find | null} find
   */
  #tip(event, find) {
    const scene = this.#scene;
    if (!scene || !event || !find) return this.text.tip(null, null);
    const hit = scene.numbers.frame === null && !this.motion.event ? find(event) : null;
    const at = { x: event.clientX, y: event.clientY };
    if (hit) return this.text.tip(at, describe(scene, hit));
    const holder = [this.stage, this.timeline].find((one) => one.holder.contains(/** @type {Node} */ (event.target)));
    const sign = holder?.sign(event) ?? null;
    this.text.tip(at, (sign && explained(scene, sign)) || null);
  }
}
