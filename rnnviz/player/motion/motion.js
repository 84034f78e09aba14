// Plays a step as an event, on a canvas over everything: the score says what happens when, and each frame is drawn from
// the time alone. To end it is to drop the score, since the picture of rest is drawn anew; so ten presses are ten steps.

import { drawCells } from "../drawing/cells.js";
import { clamp } from "../drawing/colours.js";
import { verdict } from "../drawing/timeline.js";
import { cellsAt, drawFlight } from "./flight.js";
import { cubic, progress, sine } from "./score.js";

/** @import { Look } from "../drawing/look.js" */
/** @import { Pen } from "../drawing/pen.js" */
/** @import { Event } from "./event.js" */
/** @import { Pause } from "./pause.js" */
/** @import { Box } from "./flight.js" */

/**
 * @typedef {object} Play
 * @property {Event | Pause} event
 * @property {Look} look
 * @property {[Box, Box] | null} frames the frame of the step before, and of the one that is reached
 * @property {number} speed
 */

export class Motion {
  #canvas;
  #ended;
  /** @type {Play | null} */
  #play = null;
  #begun = 0;
  #request = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #late;
  /** How many pictures were drawn since it began. */
  drawn = 0;
  /** Held at a time of the score, for whoever looks closely. @type {number | null} */
  #frozen = null;

  /**
   * @param {HTMLCanvasElement} canvas over the whole player
   * @param {() => void} ended draw the picture of rest
   */
  constructor(canvas, ended) {
    this.#canvas = canvas;
    this.#ended = ended;
  }

  /** The event that is played, or null. */
  get event() {
    return this.#play?.event ?? null;
  }

  /** @param {Play} play */
  begin(play) {
    this.drop();
    this.#play = play;
    this.#begun = performance.now();
    this.drawn = 0;
    const { event, speed, look } = play;
    const ratio = window.devicePixelRatio || 1;
    const { parentElement: root } = this.#canvas;
    const [width, height] = [look.width, root?.clientHeight ?? 0];
    this.#canvas.width = width * ratio;
    this.#canvas.height = height * ratio;
    this.#canvas.style.width = `${width}px`;
    this.#canvas.style.height = `${height}px`;
    this.#canvas.hidden = false;
    // Frames are asked for only while the page is seen; the step must end all the same.
    this.#late = setTimeout(() => this.#end(), event.score.length / speed + 1500);
    this.#draw(this.#frozen ?? 0);
    this.#request = requestAnimationFrame(() => this.#tick());
  }

  /** Be done at once; whoever asks draws the picture of rest. */
  drop() {
    cancelAnimationFrame(this.#request);
    clearTimeout(this.#late);
    this.#play = null;
    this.#canvas.hidden = true;
  }

  /**
   * Hold the motion at a time of the score, or (null) let it go on.
   * @param {number | null} time in milliseconds
   */
  freeze(time) {
    this.#frozen = time;
    if (time === null || !this.#play) return;
    clearTimeout(this.#late);
    this.#draw(time);
  }

  #end() {
    this.drop();
    this.#ended();
  }

  #tick() {
    const play = this.#play;
    if (!play) return;
    const time = this.#frozen ?? (performance.now() - this.#begun) * play.speed;
    if (time >= play.event.score.length && this.#frozen === null) return this.#end();
    this.#draw(time);
    this.#request = requestAnimationFrame(() => this.#tick());
  }

  /** @param {number} time */
  #draw(time) {
    const play = this.#play;
    const pen = this.#canvas.getContext("2d");
    if (!play || !pen) return;
    this.drawn += 1;
    const ratio = window.devicePixelRatio || 1;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    drawStage(pen, play, time);
    drawFlights(pen, play, time);
    drawFrame(pen, play, time);
    drawChoice(pen, play, time);
  }
}

/** @param {Pen} pen @param {Play} play @param {number} time */
function drawStage(pen, { event, look }, time) {
  const { page, stage } = event.places;
  const { theme } = look.palette;
  pen.save();
  pen.translate(...stage);
  for (const tile of page.tiles) {
    const face = event.face(tile, time);
    if (face && face.alpha > 0) {
      pen.globalAlpha = face.alpha;
      drawCells(pen, look, page, tile, face.value);
      pen.globalAlpha = 1;
    }
    const lit = event.lit(tile, time);
    if (!lit) continue;
    pen.save();
    pen.beginPath();
    pen.rect(tile.x, tile.y, tile.width, tile.height);
    pen.rect(lit.x, lit.y, lit.width, lit.height);
    pen.fillStyle = theme.background;
    pen.globalAlpha = 0.55;
    pen.fill("evenodd");
    pen.restore();
    pen.strokeStyle = theme.accent;
    pen.lineWidth = 2.5;
    pen.strokeRect(lit.x + 1, lit.y + 1, lit.width - 3, lit.height - 3);
  }
  pen.restore();
}

/** @param {Pen} pen @param {Play} play @param {number} time */
function drawFlights(pen, { event, look }, time) {
  const { palette } = look;
  for (const flight of event.flights) {
    const p = progress(flight.track, time);
    if (p > 0 && p < 1) drawFlight(pen, palette, flight, sine(p));
    if (p < 1 || !flight.stays) continue;
    for (const [i, { x, y, width, height }] of cellsAt(flight, 1).entries())
      palette.paint(pen, x, y, width, height, clamp(flight.numbers[i] / flight.scale));
  }
}

/** @param {Pen} pen @param {Play} play @param {number} time */
function drawFrame(pen, { event, look, frames }, time) {
  if (!frames) return;
  const [from, to] = frames;
  const p = cubic(progress(event.score.frame, time));
  const mix = (/** @type {keyof Box} */ side) => from[side] + (to[side] - from[side]) * p;
  pen.strokeStyle = look.palette.theme.accent;
  pen.lineWidth = 2;
  pen.strokeRect(mix("x"), mix("y"), mix("width"), mix("height"));
}

/** The chosen symbol rises from the scores. @param {Pen} pen @param {Play} play @param {number} time */
function drawChoice(pen, { event, look }, time) {
  const { scene, score, places } = event;
  const p = progress(score.choice, time);
  const spot = places.spots.find(({ name, k }) => name === "y" && k === scene.t);
  const choice = p > 0 && spot ? scene.choice(scene.t) : null;
  if (!choice || !spot) return;
  pen.globalAlpha = p;
  pen.fillStyle = look.palette.theme.accent;
  pen.textAlign = "center";
  pen.textBaseline = "bottom";
  pen.font = `700 ${15 * scene.growth}px ${look.palette.font}`;
  pen.fillText(
    choice.symbol + verdict(scene, scene.t),
    spot.x + spot.width / 2,
    spot.y - 3 + (1 - sine(p)) * spot.height,
  );
  pen.globalAlpha = 1;
}
