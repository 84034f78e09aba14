// The tree of a sentence: its words at the bottom, the root on top, in every node the numbers of its state.

import { clamp } from "./colours.js";
import { fill } from "./numbers.js";
import { Timeline } from "./timeline.js";

const MARGIN = 14; // pixels beside the outermost words
const WIDEST = 26, TALLEST = 72; // pixels of a node

export class Tree extends Timeline {
  get graph() { return this.head.graph; }

  /** How a page's height is shared: deep trees get more of it. */
  room(left) {
    const levels = Math.max(...this.graph.y) + 1, timeline = Math.max(170, Math.min(left * (levels > 10 ? 0.5 : 0.42), 90 + 46 * levels));
    return { timeline, stage: Math.max(210, Math.min(620, left - timeline - 66)) };
  }

  /** What the nodes show: their state, or how much it changed. */
  get signal() { return this.player.numbers.view === "difference" && this.head.ripple ? this.head.ripple.name : this.graph.signal; }

  draw(height, anew) {
    if (anew || !this.plan) this.plan = this.place(height);
    this.holder.style.height = `${this.plan.height}px`;
    const plot = this.holder.querySelector(".rv-plot");
    if (plot.data) this.player.Plotly.purge(plot);
    plot.style.cssText = `width: ${this.player.width}px; height: ${this.plan.height}px`;
    this.over();
  }

  /** Where every node stands, in pixels, and how large all of them can be without touching. */
  place(height) {
    const { player, graph } = this, { font } = player, { words: below } = graph, texts = below.filter((word) => word !== null);
    const pen = player.canvas(this.holder, height), levels = Math.max(...graph.y);
    pen.font = `15px ${font}`;
    const widest = Math.max(...texts.map((word) => pen.measureText(word).width));
    const pitch = Math.min(150, (player.width - 2 * MARGIN) / texts.length);
    // Long words lean, so that each can be read.
    const lean = widest > pitch - 6, foot = lean ? Math.min(0.24 * height, 0.8 * Math.min(widest, 90) + 16) : 24;
    const left = (player.width - pitch * texts.length) / 2, x = graph.x.map((column) => left + (column + 0.5) * pitch);
    const room = height - foot - 8;
    const stand = (tall) => graph.y.map((level) => 4 + tall / 2 + (levels ? (1 - level / levels) * (room - tall) : room - tall));
    // Children clear of their parent, if that leaves a node some height; else only clear of what stands above them.
    const clear = levels ? (room - 14 * levels) / (levels + 1) : room;
    const fit = (width) => {
      let tall = Math.min(TALLEST, clear >= 16 ? clear : 0.3 * room), y = stand(tall);
      const crowded = () => x.some((one, a) => x.some((other, b) => b > a && Math.abs(one - other) < width + 3 && Math.abs(y[a] - y[b]) < tall + Math.min(10, 0.25 * tall)));
      while (tall > 2 && crowded()) { tall *= 0.92; y = stand(tall); }
      return { tall, y, width };
    };
    const wide = fit(Math.max(2, Math.min(WIDEST, 0.45 * pitch))), slim = wide.tall < 16 ? fit(Math.max(2, 0.2 * pitch)) : wide;
    const { tall, y, width } = slim.tall > 1.5 * wide.tall ? slim : wide;
    return { x, y, pitch, width, tall, lean, foot, height, words: height - foot + 2 };
  }

  /** The box of every node: {name, k, x, y, width, height}. */
  shown() {
    const { x, y, width, tall } = this.plan;
    return x.map((middle, k) => ({ name: this.signal, k: k + 1, x: middle - width / 2, y: y[k] - tall / 2, width, height: tall }));
  }

  over() {
    const { plan, player, graph } = this, { t } = player.kept, { theme, numbers } = player, pen = player.canvas(this.holder, plan.height);
    const boxes = this.shown(), { n } = this.head.signals[this.signal], scale = player.scale(["signal", this.signal]);
    boxes.forEach((box, k) => {
      for (const below of ["l", "r"]) {
        const child = numbers.step(k + 1, below);
        if (child === null) continue;
        const now = k + 1 === t;
        this.arrow(pen, this.between(boxes[child - 1], box), now ? theme.accent : player.known(graph.signal, k + 1) ? theme.ink : theme.faint, now ? 2.2 : 1.2);
      }
    });
    pen.lineWidth = 1;
    boxes.forEach((box) => {
      const known = player.known(this.signal, box.k), row = box.height / n;
      pen.fillStyle = theme.background;
      pen.fillRect(box.x, box.y, box.width, box.height);
      if (known) for (let i = 0; i < n; i++) this.cell(pen, box, row, i, clamp(numbers.signal(this.signal, box.k, i) / scale));
      pen.strokeStyle = theme.frame;
      pen.strokeRect(box.x - 0.5, box.y - 0.5, box.width + 1, box.height + 1);
    });
    this.write(pen, boxes);
    player.ask.overTimeline(pen, boxes);
    if (t) {
      const { x, y, width, height } = boxes[t - 1], aside = Math.min(5, 0.25 * width + 1);
      pen.strokeStyle = theme.accent;
      pen.lineWidth = 2.5;
      pen.strokeRect(x - aside, y - aside, width + 2 * aside, height + 2 * aside);
    }
    this.holder.setAttribute("aria-label", fill(player.words.timeline, { t, T: this.head.T, symbol: this.head.labels[t - 1] ?? "", names: this.signal }));
  }

  /** The line from one box up to another, from edge to edge. */
  between(below, above) {
    const { plan } = this, [x1, y1, x2, y2] = [plan.x[below.k - 1], plan.y[below.k - 1], plan.x[above.k - 1], plan.y[above.k - 1]];
    const far = Math.max(Math.abs(x2 - x1), 1e-6), high = Math.max(Math.abs(y2 - y1), 1e-6);
    const part = (aside) => Math.min((plan.width / 2 + aside) / far, (plan.tall / 2 + aside) / high, 0.45);
    const out = part(1), into = 1 - part(3);
    return [[x1 + out * (x2 - x1), y1 + out * (y2 - y1)], [x1 + into * (x2 - x1), y1 + into * (y2 - y1)]];
  }

  cell(pen, box, row, i, v) {
    this.player.paint(pen, box.x, box.y + i * row, box.width + (box.width > 6 ? 1 : 0), row, v);
  }

  /** Words below their leaves, and beside each node when its turn comes. */
  write(pen, boxes) {
    const { plan, player, graph } = this, { t } = player.kept, { theme } = player, every = Math.ceil(11 / plan.pitch);
    let leaf = 0;
    boxes.forEach(({ k, x, y, width, height }) => {
      const now = k === t, word = graph.words[k - 1], middle = x + width / 2;
      pen.textBaseline = "middle";
      if (plan.pitch >= 34) {
        pen.fillStyle = now ? theme.accent : theme.faint;
        const right = !graph.left.includes(k); // away from the arrow up
        pen.textAlign = right ? "left" : "right";
        pen.font = `${now ? 700 : 400} 13px ${player.font}`;
        pen.fillText(String(k), right ? x + width + 7 : x - 7, y + Math.min(8, height / 2));
      }
      if (word === null || (leaf++ % every && !now)) return;
      pen.fillStyle = now ? theme.accent : theme.ink;
      pen.save();
      if (plan.lean) {
        pen.translate(middle, plan.words + 6);
        pen.rotate(-Math.PI / 3.2);
        pen.textAlign = "right";
        this.fit(pen, word, 4, 0, 96, Math.min(15, Math.max(9, plan.pitch)), now);
      } else {
        pen.textAlign = "center";
        pen.textBaseline = "top";
        this.fit(pen, word, middle, plan.words, plan.pitch, 16, now);
      }
      pen.restore();
    });
  }

  /** The number under the mouse: {name, i, k}, or null. */
  spot(event) {
    if (!this.plan) return null;
    const box = this.holder.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top, near = this.plan.width < 12 ? 4 : 0;
    const found = this.shown().find((one) => x >= one.x - near && x < one.x + one.width + near && y >= one.y && y < one.y + one.height);
    if (!found) return null;
    return { name: found.name, k: found.k, i: Math.min(this.head.signals[found.name].n - 1, Math.floor(((y - found.y) / found.height) * this.head.signals[found.name].n)) };
  }

  /** A click asks the number that stands there; on a word it goes to its leaf. */
  click(event) {
    const spot = this.spot(event), box = this.holder.getBoundingClientRect();
    if (spot) return this.player.ask.at(spot.name, spot.i, spot.k);
    if (event.clientY - box.top < this.plan.words) return;
    const distance = (k) => (this.graph.words[k] === null ? Infinity : Math.abs(this.plan.x[k] - (event.clientX - box.left)));
    const nearest = this.plan.x.map((_, k) => k).reduce((best, k) => (distance(k) < distance(best) ? k : best));
    this.player.go(nearest + 1);
  }
}
