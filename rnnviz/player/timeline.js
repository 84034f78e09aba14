// The timeline: slim above the stage, or large as the network unrolled, with a box f_W in every step.

import { clamp } from "./colours.js";
import { MINUS, fill } from "./numbers.js";

const MARGIN = 46;

export class Timeline {
  constructor(player) {
    this.player = player;
    this.holder = player.root.querySelector(".rv-timeline");
    this.start = null; // the first step of the window, where not all steps have room
  }

  get head() { return this.player.head; }

  /** Draw for the present step; `anew` places everything again. */
  draw(height, anew) {
    const moved = this.moveWindow();
    if (anew || moved || !this.plan) this.plan = this.place(height);
    const { plan, player } = this, { numbers } = player;
    const z = plan.rows.map((row) => {
      const line = new Float32Array(plan.x.length - 1).fill(NaN);
      if (row) for (let k = plan.first; k <= plan.last; k++) {
        const [name, i] = row;
        if (this.exists(name, k) && player.known(name, k)) line[2 * (k - plan.first)] = clamp(numbers.signal(name, k, i) / player.scale(["signal", name]));
      }
      return line;
    });
    this.holder.style.height = `${plan.height}px`;
    const plot = this.holder.querySelector(".rv-plot");
    if (anew || moved || !plot.data) {
      const marks = plan.bands.map((band) => player.annotation({ kind: "name", x: plan.left - 6, y: band.start + band.tall / 2, text: band.label, anchor: "right", baseline: "middle", size: Math.min(this.head.sizes.name, band.tall + 4) }));
      player.plot(plot, z, plan.x, plan.y, plan.height, marks, plan.thinnest < 4 ? 0 : 1);
    } else if (!player.quick) player.Plotly.restyle(plot, { z: [z] }, [0]);
    this.over(z);
  }

  /** Whether a signal has a number at step k: a step of the sequence, or a state outside it. */
  exists(name, k) {
    const { before, rows } = this.head.signals[name], index = k - 1 + before;
    return index >= 0 && index < rows;
  }

  /** Keep the present step inside the window of the unrolled network; true if the window moved. */
  moveWindow() {
    const { timeline, network } = this.head, all = timeline.last - timeline.first + 1, { t } = this.player.kept;
    const room = network ? Math.max(3, Math.floor((this.player.width - MARGIN) / 62)) : all;
    const was = `${this.start} ${this.count}`;
    this.count = Math.min(all, room);
    const latest = timeline.last - this.count + 1;
    if (this.start === null || t < this.start + 1 || t > this.start + this.count - 2) this.start = t - Math.floor(this.count / 2);
    this.start = Math.max(timeline.first, Math.min(latest, this.start));
    return was !== `${this.start} ${this.count}`;
  }

  /** Where the columns stand, and from top to bottom the bands (and boxes), in pixels. */
  place(height) {
    const { width } = this.player, { network, timeline, signals, stage } = this.head;
    const first = this.start, last = first + this.count - 1;
    const pitch = Math.min(network ? 128 : 112, (width - MARGIN - 8) / this.count);
    const left = MARGIN + Math.max(0, (width - MARGIN - 8 - pitch * this.count) / 2);
    const gap = pitch >= 22 ? pitch * (network ? 0.5 : 0.42) : pitch >= 6 ? 2 : 0;
    const from = (k) => left + (k - first) * pitch + gap / 2;
    const plan = { first, last, pitch, left, gap, from, width: pitch - gap, bands: [], boxes: new Map(), rows: [], x: [], height };
    for (let k = first; k <= last; k++) plan.x.push(from(k), from(k) + pitch - gap);
    const top = timeline.bands[0][0] === "y" && stage.share ? 22 : 4;
    plan.y = [top];
    if (network) this.placeNetwork(plan, top, height);
    else this.placeBands(plan, timeline.bands, top, height - 22, 9);
    plan.letters = plan.letters ?? height - 1;
    plan.thinnest = Math.min(...plan.bands.map((band) => band.tall / signals[band.name].n), plan.width);
    return plan;
  }

  placeBands(plan, bands, top, bottom, between) {
    const { slots, places } = this.head.timeline, tall = (bottom - top - between * (places - 1)) / places;
    bands.forEach(([name, label], b) => this.placeBand(plan, name, label, top + slots[b] * (tall + between), tall));
  }

  placeBand(plan, name, label, start, tall, strip = false) {
    const { n } = this.head.signals[name];
    if (plan.y.at(-1) < start) { plan.rows.push(null); plan.y.push(start); }
    for (let i = 0; i < n; i++) { plan.rows.push([name, i]); plan.y.push(start + ((i + 1) * tall) / n); }
    plan.bands.push({ name, label, start, tall, strip });
  }

  /** y on top, then each box under the state it hands on, x below; gates and further states as strips. */
  placeNetwork(plan, top, height) {
    const { network, timeline } = this.head, labels = new Map([...timeline.bands, ...network.strips].map(([name, label]) => [name, label]));
    const hasY = labels.has("y") && timeline.bands.some(([name]) => name === "y"), n = network.boxes.length;
    const arrow = 15, box = 28, letters = 24, strip = network.strips.length ? 16 : 0;
    const fixed = top + letters + n * (box + 2 * arrow) + (hasY ? arrow : 0) + network.strips.length * (strip + 4) + 10;
    const tall = Math.max(20, Math.min(46, (height - fixed) / (n + 1 + (hasY ? 1 : 0))));
    let y = top;
    if (hasY) { this.placeBand(plan, "y", labels.get("y"), y, tall); y += tall + arrow; }
    for (const { name, label } of [...network.boxes].reverse()) {
      this.placeBand(plan, name, label, y, tall);
      y += tall + arrow;
      plan.boxes.set(name, { start: y, tall: box });
      y += box + arrow;
    }
    this.placeBand(plan, "x", labels.get("x"), y, tall);
    y += tall + letters;
    plan.letters = y - 3;
    for (const [name, label] of network.strips) { this.placeBand(plan, name, label, y + 4, strip, true); y += strip + 4; }
    plan.height = Math.ceil(y + 4);
    plan.bottom = plan.letters + 2;
  }

  // --- what lies over the heatmap: frames, arrows, boxes, letters, the present step

  over(z) {
    const { plan, player } = this, { timeline, T, labels, network } = this.head, { t } = player.kept, { theme } = player;
    const pen = player.canvas(this.holder, plan.height), { first, last, pitch, from, width } = plan;
    if (player.quick) plan.rows.forEach((row, r) => {
      if (row) for (let k = first; k <= last; k++) player.paint(pen, from(k), plan.y[r], width, plan.y[r + 1] - plan.y[r], z[r][2 * (k - first)]);
    });
    pen.strokeStyle = theme.frame;
    pen.lineWidth = 1;
    if (pitch >= 10) for (const band of plan.bands) for (let k = first; k <= last; k++) {
      if (this.exists(band.name, k) && this.stands(band.name, k)) pen.strokeRect(from(k) - 0.5, band.start - 0.5, width + 1, band.tall + 1);
    }
    if (network) this.drawNetwork(pen);
    else if (pitch >= 30) this.drawChains(pen);
    this.write(pen);
    player.ask.overTimeline(pen, this.shown());
    if (t >= first && t <= last) {
      const aside = Math.max(3, plan.gap / 4);
      pen.strokeStyle = theme.accent;
      pen.lineWidth = 2;
      pen.strokeRect(from(t) - aside, 1, width + 2 * aside, (plan.bottom ?? plan.height) - 2);
    }
    this.holder.setAttribute("aria-label", fill(player.words.timeline, { t, T, symbol: labels[t - 1] ?? "", names: timeline.bands.map(([name]) => name).join(", "), choice: player.choice(t)?.symbol ?? "" }));
  }

  /** Every number band of every step, where there is room to point at one: {name, k, x, y, width, height}. */
  shown() {
    const { bands, first, last, pitch, from, width } = this.plan;
    const columns = pitch < 10 ? [] : Array.from({ length: last - first + 1 }, (_, c) => first + c);
    return bands.flatMap(({ name, start, tall }) => columns.filter((k) => this.exists(name, k)).map((k) => ({ name, k, x: from(k), y: start, width, height: tall })));
  }

  /** Whether the wiring has this signal at this step: some inputs are not given, some outputs not read. */
  stands(name, k) {
    const { gives, reads, fed } = this.head.timeline;
    if (k < 1 || k > this.head.T) return true;
    if (name === "x") return gives[k - 1] || fed[k - 1];
    return name === "y" ? reads[k - 1] : true;
  }

  /** Letters of the inputs below, chosen symbols above. */
  write(pen) {
    const { plan, player } = this, { T } = this.head, { t } = player.kept, { theme } = player;
    const longest = Math.max(...this.head.labels.map((label) => [...label].length));
    const every = Math.max(1, Math.ceil((longest > 1 ? Math.min(10, longest) * 8 + 6 : 13) / plan.pitch));
    pen.textAlign = "center";
    for (let k = plan.first; k <= plan.last; k++) {
      const now = k === t, inside = k >= 1 && k <= T, middle = plan.from(k) + plan.width / 2;
      if (!now && (k < 1 ? plan.pitch < 20 : k % every !== 0 || Math.abs(k - t) < every)) continue;
      pen.fillStyle = now ? theme.accent : inside ? theme.ink : theme.faint;
      pen.textBaseline = "bottom";
      const label = inside ? player.labelOf(k) : `t=${String(k).replace("-", MINUS)}`;
      this.fit(pen, label, middle, plan.letters, plan.pitch * every, inside ? 17 : 13, now);
      const choice = this.stands("y", k) ? player.choice(k) : null;
      if (choice && plan.pitch >= 12) {
        const percent = plan.pitch >= 56 ? ` ${Math.round(100 * choice.p)}%` : "";
        this.fit(pen, choice.symbol + percent, middle, 19, plan.pitch * every, 15, now);
      }
    }
  }

  /** A text as large as it may be, cut short with … where it is longer than its column. */
  fit(pen, text, x, y, room, size, bold) {
    pen.font = `${bold ? 700 : 400} ${size}px ${this.player.font}`;
    let shown = text;
    while (pen.measureText(shown).width > room - 2 && [...shown].length > 2) shown = `${[...shown].slice(0, -2).join("")}…`;
    pen.fillText(shown, x, y);
  }

  drawChains(pen) {
    const { plan, head } = this, { timeline } = head;
    for (const band of plan.bands.filter(({ name }) => timeline.carried.includes(name))) {
      const middle = band.start + band.tall / 2, ahead = timeline.ahead.includes(band.name);
      for (let k = plan.first; k < plan.last; k++) {
        if (!this.exists(band.name, k) || !this.exists(band.name, k + 1)) continue;
        const ends = [[plan.from(k) + plan.width + 2, middle], [plan.from(k + 1) - 2, middle]];
        this.arrow(pen, ahead ? ends.reverse() : ends);
      }
    }
  }

  drawNetwork(pen) {
    const { plan, player } = this, { network } = this.head, { theme } = player, { T } = this.head;
    const bands = new Map(plan.bands.map((band) => [band.name, band]));
    const columns = [];
    for (let k = Math.max(1, plan.first); k <= Math.min(T, plan.last); k++) columns.push(k);
    for (const k of columns) {
      for (const { name } of network.boxes) {
        const box = plan.boxes.get(name), band = bands.get(name), x = plan.from(k) + plan.width / 2;
        this.arrow(pen, [[x, box.start], [x, band.start + band.tall + 2]]);
      }
      for (const [source, target, shift, weights] of network.edges) {
        if (target === "y" && !this.stands("y", k)) continue;
        const at = k + shift;
        if (source === "x" && (at < 1 || at > T || !this.stands("x", at))) continue;
        if (at < plan.first || at > plan.last || !this.exists(source, at)) continue;
        const lit = weights.includes(player.lit) && player.sameWeights(player.litAt, k);
        const faint = player.lit !== null && !lit;
        const points = this.route(source, target, at, k, bands);
        this.arrow(pen, points, lit ? theme.accent : faint ? theme.frame : theme.faint, lit ? 3.5 : 1.6);
        this.writeWeights(pen, weights, points, shift, lit, k);
      }
      if (this.head.timeline.fed[k - 1] && k - 1 >= plan.first) {
        pen.setLineDash([5, 4]);
        const y = bands.get("y"), x = bands.get("x"), side = plan.from(k) - plan.gap * 0.28;
        this.arrow(pen, [[plan.from(k - 1) + plan.width + 2, y.start + y.tall / 2], [side, y.start + y.tall / 2], [side, x.start + x.tall / 2], [plan.from(k) - 2, x.start + x.tall / 2]], theme.accent, 1.8);
        pen.setLineDash([]);
      }
      for (const { name } of network.boxes) this.drawBox(pen, plan.boxes.get(name), k);
    }
  }

  /** The way of an arrow: straight up to the next thing above, else through the gap between two columns. */
  route(source, target, at, k, bands) {
    const { plan } = this, start = bands.get(source), end = plan.boxes.get(target) ?? bands.get(target);
    const centre = plan.from(k) + plan.width / 2, ys = start.start + start.tall / 2, ye = end.start + end.tall / 2;
    if (at === k) {
      const above = [...plan.boxes.values(), ...plan.bands.filter((band) => !band.strip)].filter((thing) => thing.start < start.start).sort((a, b) => b.start - a.start)[0];
      if (above === end) return [[centre, start.start - 2], [centre, end.start + end.tall + 2]];
      // What passes by a box goes up beside it: inputs on the right, states on the left.
      const right = source === "x", edge = right ? plan.from(k) + plan.width + 2 : plan.from(k) - 2, side = edge + (right ? 1 : -1) * plan.gap * 0.14;
      return [[edge, ys - 5], [side, ys - 5], [side, ye + 7], [edge, ye + 7]];
    }
    const late = at < k, out = plan.from(at) + (late ? plan.width + 2 : -2), into = plan.from(k) + (late ? -2 : plan.width + 2);
    const turn = into + (late ? -1 : 1) * plan.gap * 0.5;
    return [[out, ys], [turn, ys], [turn, ye], [into, ye]];
  }

  arrow(pen, points, colour = this.player.theme.faint, width = 1.6) {
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = width;
    pen.beginPath();
    points.forEach(([x, y], k) => (k ? pen.lineTo(x, y) : pen.moveTo(x, y)));
    pen.stroke();
    const [x, y] = points.at(-1), [px, py] = points.at(-2), angle = Math.atan2(y - py, x - px), size = 6 + width;
    pen.beginPath();
    pen.moveTo(x, y);
    for (const turn of [2.7, -2.7]) pen.lineTo(x + size * Math.cos(angle + turn), y + size * Math.sin(angle + turn));
    pen.fill();
  }

  drawBox(pen, box, k) {
    const { plan, player } = this, { theme } = player, x = plan.from(k) + plan.width * 0.08, width = plan.width * 0.84;
    pen.fillStyle = theme.box;
    pen.strokeStyle = k === player.kept.t ? theme.accent : theme.faint;
    pen.lineWidth = k === player.kept.t ? 2.5 : 1.4;
    pen.beginPath();
    pen.roundRect(x, box.start, width, box.tall, 7);
    pen.fill();
    pen.stroke();
    this.name(pen, "f", player.untied ? `W(${k})` : "W", x + width / 2, box.start + box.tall / 2, 17);
  }

  /** The weights of an arrow beside it, where there is room. */
  writeWeights(pen, weights, points, shift, lit, k) {
    const { plan, player } = this;
    if (!weights.length || plan.pitch < 92 || weights.length > 1) return;
    pen.fillStyle = lit ? player.theme.accent : player.theme.faint;
    const [head, ...tail] = weights[0].split("_"), below = tail.join("_") + (player.untied ? ` (${k})` : "");
    if (shift === 0 && points.length === 2) this.name(pen, head, below, points[0][0] + 24, (points[0][1] + points[1][1]) / 2, 13, pen.fillStyle);
    else if (shift !== 0) this.name(pen, head, below, (points[2][0] + points[3][0]) / 2, points[3][1] + 14, 13, pen.fillStyle);
  }

  /** A name with its subscript, centred. */
  name(pen, stem, below, x, y, size, colour = this.player.theme.ink) {
    pen.fillStyle = colour;
    pen.textAlign = "left";
    pen.textBaseline = "middle";
    pen.font = `italic ${size}px ${this.player.font}`;
    const wide = pen.measureText(stem).width;
    pen.font = `${size * 0.72}px ${this.player.font}`;
    const start = x - (wide + pen.measureText(below).width) / 2;
    pen.fillText(below, start + wide + 1, y + size * 0.3);
    pen.font = `italic ${size}px ${this.player.font}`;
    pen.fillText(stem, start, y);
    pen.textAlign = "center";
  }

  // --- the mouse

  columnAt(event) {
    return this.plan.first + Math.floor((event.clientX - this.holder.getBoundingClientRect().left - this.plan.left) / this.plan.pitch);
  }

  /** A click goes to the step, and asks the number that stands there. */
  click(event) {
    const k = this.columnAt(event), spot = this.spot(event);
    if (spot) return this.player.ask.at(spot.name, spot.i, spot.k);
    if (k >= 0 && k <= this.head.T) this.player.go(k);
  }

  /** The number of a band under the mouse: {name, i, k}, or null. */
  spot(event) {
    if (!this.plan) return null;
    const k = this.columnAt(event), y = event.clientY - this.holder.getBoundingClientRect().top;
    const band = this.plan.bands.find(({ start, tall }) => y >= start && y < start + tall);
    if (!band || k < this.plan.first || k > this.plan.last || !this.exists(band.name, k)) return null;
    return { name: band.name, i: Math.floor(((y - band.start) / band.tall) * this.head.signals[band.name].n), k };
  }

  /** The number under the mouse, as a choice relative to the present step, or null. */
  hit(event) {
    const spot = this.spot(event);
    if (!spot || !this.player.known(spot.name, spot.k)) return null;
    return { source: ["signal", spot.name, this.player.numbers.shift(this.player.kept.t, spot.k)], i: spot.i, j: 0 };
  }
}
