// The small diagram that unrolls and folds back, and beside it the weights, counted: touch one and every copy lights up.

import { MINUS, fill, named } from "./numbers.js";

const PITCH = 128, BOX = 56, LAYER = 66;

/** `h`, "t" -> SVG text with a true subscript. */
const symbol = (name, below) => {
  const [head, ...tail] = name.split("_"), stem = head.replace(/\d+$/, "") || head;
  const index = [head.slice(stem.length) + tail.join("_"), below].filter(Boolean).join(",");
  return `<tspan font-style="italic">${stem}</tspan><tspan dy="5" font-size="0.72em">${index}</tspan>`;
};

export class Network {
  constructor(player) {
    this.player = player;
    this.holder = player.root.querySelector(".rv-network");
    this.button = this.holder.querySelector(".rv-unroll");
    this.svg = this.holder.querySelector("svg");
    this.untie = this.holder.querySelector(".rv-untie");
    this.pinned = null;
    this.button.addEventListener("click", () => this.set(!player.kept.unrolled));
    this.untie.addEventListener("click", () => { player.untied = !player.untied; this.light(null); player.draw(true); });
    // Arrows and chips alike: touch lights up, a click keeps the light on.
    for (const [event, act] of [["pointerover", "over"], ["pointerout", "out"], ["focusin", "over"], ["focusout", "out"], ["click", "click"]]) {
      this.holder.addEventListener(event, (e) => this.touch(act, e.target.closest?.("[data-weight]")));
    }
  }

  draw(anew) {
    const { head, kept } = this.player, { network } = head;
    this.holder.hidden = !network;
    if (!network) return;
    const count = Math.max(1, Math.min(head.T, 6, Math.floor((this.holder.querySelector(".rv-fold").clientWidth - 70) / PITCH)));
    const start = Math.max(1, Math.min(head.T - count + 1, this.start ?? 1, kept.t || 1), (kept.t || 1) - count + 1);
    if (anew || start !== this.start) {
      this.start = start;
      this.count = count;
      this.build();
      this.tell();
    }
    for (const copy of this.svg.querySelectorAll(".rv-copy")) copy.classList.toggle("rv-now", +copy.dataset.t === kept.t);
    this.shine();
  }

  /** One group a step, all in the same place while folded. */
  build() {
    const { head, kept, words } = this.player, { network } = head, { boxes } = network, { count, start } = this;
    const width = count * PITCH + 90, height = 74 + boxes.length * LAYER;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.style.width = `${width}px`;
    const marker = (id) => `<marker id="${id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="10" markerHeight="10" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z"/></marker>`;
    const copies = Array.from({ length: count }, (_, k) => this.copy(start + k, k)).reverse().join("");
    this.svg.innerHTML = `<defs>${marker("rv-head")}</defs>${copies}${this.loops()}`;
    this.button.textContent = kept.unrolled ? words.fold : words.unroll;
    this.set(Boolean(kept.unrolled));
  }

  /** The height of the middle of a box; the lowest box stands at the bottom. */
  level(name) {
    const { boxes } = this.player.head.network, k = boxes.findIndex((box) => box.name === name);
    return 36 + (boxes.length - k - 0.5) * LAYER;
  }

  get bottom() { return 36 + this.player.head.network.boxes.length * LAYER; }

  copy(t, k) {
    const { head, player } = { head: this.player.head, player: this.player }, { boxes, edges } = head.network, { gives, reads, fed } = head.timeline;
    const parts = [], hasY = head.timeline.bands[0][0] === "y";
    const text = (x, y, folded, open, extra = "") => `<text x="${x}" y="${y}" ${extra}><tspan class="rv-folded">${folded}</tspan></text><text x="${x}" y="${y}" ${extra}><tspan class="rv-open">${open}</tspan></text>`;
    for (const [source, target, shift, weights] of edges) {
      if (target === "y" && !reads[t - 1]) continue;
      if (source === "x" && !(gives[t - 1] || fed[t - 1])) continue;
      if (shift === 0) parts.push(this.upward(source, target, weights, t));
      else if (source !== "x" && source !== "y" && boxes.some((box) => box.name === target)) parts.push(this.chain(source, target, shift, weights, t, k));
    }
    for (const { name } of boxes) {
      const y = this.level(name);
      parts.push(`<rect x="${-BOX / 2}" y="${y - 19}" width="${BOX}" height="38" rx="9"/><text x="0" y="${y + 6}" text-anchor="middle">${symbol("f", player.untied ? `W(${t})` : "W")}</text>`);
    }
    if (gives[t - 1] || fed[t - 1]) {
      const letter = player.labelOf(t).replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
      parts.push(text(0, this.bottom + 26, symbol("x", "t"), `${symbol("x", `${t}`)}<tspan dy="-5"> ${letter}</tspan>`, 'text-anchor="middle"'));
    }
    if (hasY && reads[t - 1]) parts.push(text(0, 20, symbol("y", "t"), symbol("y", `${t}`), 'text-anchor="middle"'));
    if (fed[t - 1] && k > 0) parts.push(`<path class="rv-fed" d="M${-PITCH + 14} 16H${-PITCH / 2 - 6}V${this.bottom + 20}H-22" marker-end="url(#rv-head)"/>`);
    return `<g class="rv-copy" data-t="${t}" data-k="${k}">${parts.join("")}</g>`;
  }

  upward(source, target, weights, t) {
    const from = source === "x" ? this.bottom + 8 : this.level(source) - 19, to = target === "y" ? 28 : this.level(target) + 21;
    const { boxes } = this.player.head.network, order = ["x", ...boxes.map((box) => box.name), "y"];
    const straight = order.indexOf(target) - order.indexOf(source) === 1;
    if (straight) return this.edge(`M0 ${from}V${to}`, weights, 7, (from + to) / 2 + 5, "start", t);
    // What passes by a box goes up beside it: inputs on the right, states on the left.
    const right = source === "x" ? 1 : -1, side = right * (BOX / 2 + 9), far = source === "x" ? this.bottom + 20 : this.level(source) - 12;
    const near = target === "y" ? 15 : this.level(target) + 12;
    return this.edge(`M${right * (source === "x" ? 12 : BOX / 2)} ${far}H${side}V${near}H${right * (target === "y" ? 14 : BOX / 2 + 3)}`, weights, 0, 0, null, t);
  }

  chain(source, target, shift, weights, t, k) {
    const y = this.level(target), from = this.level(source), left = -PITCH * Math.abs(shift) + BOX / 2;
    const bend = from === y ? `M${left} ${y}H${-BOX / 2 - 3}` : `M${left} ${from}H${-PITCH / 2}V${y}H${-BOX / 2 - 3}`;
    const ahead = `M${-BOX / 2} ${from}H${-PITCH + BOX / 2 + 3}`; // state t goes back to t-1
    const first = k === 0, label = shift < 0 ? symbol(source, `${t - 1}`) : symbol(source, `${t}`);
    const d = shift < 0 ? (first ? `M${-PITCH / 2 - 8} ${y}H${-BOX / 2 - 3}` : bend) : first ? `M${-BOX / 2} ${from}H${-PITCH / 2 - 8}` : ahead;
    const text = `<text class="rv-open rv-state" x="${first ? -PITCH / 2 + 4 : -PITCH / 2}" y="${y - 8}" text-anchor="middle">${label}</text>`;
    return `<g class="rv-open">${this.edge(d, weights, -PITCH / 2, y + 19, "middle", t)}${text}</g>`;
  }

  /** The loop of each box while folded: its state comes back as the state of the step before. */
  loops() {
    const { network } = this.player.head;
    return `<g class="rv-loops" transform="translate(${PITCH / 2 + 22} 0)">${network.edges.filter(([source, target, shift]) => shift !== 0 && source === target).map(([source, , shift, weights]) => {
      const y = this.level(source), r = BOX / 2;
      const text = `<text x="${r + 50}" y="${y - 12}" class="rv-state">${symbol(source, shift < 0 ? `t${MINUS}1` : "t+1")}</text>`;
      return this.edge(`M${r} ${y - 8}C${r + 60} ${y - 34} ${r + 60} ${y + 34} ${r + 3} ${y + 8}`, weights, r + 50, y + 14, "start", null) + text;
    }).join("")}</g>`;
  }

  edge(d, weights, x, y, anchor, t) {
    const shown = weights.length === 1 ? symbol(weights[0], this.player.untied && t !== null ? `(${t})` : "") : weights.length ? `${weights.length} W` : "";
    const names = weights.join(" ");
    return `<g class="rv-edge" ${names ? `data-weight="${names}" data-at="${t ?? ""}"` : ""}><path class="rv-hit" d="${d}"/><path d="${d}" marker-end="url(#rv-head)"/>${anchor ? `<text x="${x}" y="${y}" text-anchor="${anchor}">${shown}</text>` : ""}</g>`;
  }

  /** Unroll or fold: the copies slide out of, or back into, one. */
  set(unrolled) {
    const { kept, words } = this.player;
    kept.unrolled = unrolled;
    this.button.textContent = unrolled ? words.fold : words.unroll;
    this.button.setAttribute("aria-pressed", unrolled);
    this.svg.classList.toggle("rv-unrolled", unrolled);
    this.svg.setAttribute("aria-label", unrolled ? words.unrolled : words.folded);
    for (const copy of this.svg.querySelectorAll(".rv-copy")) {
      const k = +copy.dataset.k;
      copy.style.transform = `translateX(${PITCH / 2 + 22 + (unrolled ? k * PITCH : 0)}px)`;
      copy.style.opacity = unrolled || k === 0 ? 1 : 0;
      copy.style.pointerEvents = unrolled || k === 0 ? "" : "none";
    }
  }

  // --- the weights

  tell() {
    const { head, words, untied } = this.player, { counts } = head, { T } = head;
    const chips = this.holder.querySelector(".rv-chips");
    chips.replaceChildren(...counts.weights.map(([name, shape, n]) => {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.className = "rv-chip";
      chip.dataset.weight = name;
      chip.dataset.at = "";
      chip.innerHTML = `${named(name)} <span>${shape}${shape.includes("×") ? ` = ${n}` : ""}</span>`;
      return chip;
    }));
    this.untie.textContent = untied ? words.tie : words.untie;
    this.untie.setAttribute("aria-pressed", untied);
    const values = { T, shared: counts.shared, untied: counts.untied, whole: counts.whole };
    this.holder.querySelector(".rv-total").textContent = fill(untied ? words.count_untied : head.decoder > 1 ? words.count_own : words.count_shared, values);
    this.holder.querySelector(".rv-whole").textContent = untied ? fill(words.count_whole, values) : fill(words.count_sizes, { D: head.counts.D, H: head.counts.H, K: head.counts.K, T });
    this.chart(this.holder.querySelector(".rv-chart"));
  }

  /** The counts against T: shared stays, untied grows with T, one net over all inputs with its square. */
  chart(holder) {
    const { counts, T } = this.player.head, { words, theme, untied } = this.player, w = 260, h = 120, left = 8, base = h - 18;
    holder.hidden = !untied;
    if (!untied) return;
    const most = counts.series.untied.at(-1) * 1.6, x = (t) => left + ((t - 1) / Math.max(1, counts.series.T.length - 1)) * (w - 96), y = (v) => base - (Math.min(v, most) / most) * (base - 10);
    const line = (values) => values.map((v, k) => [x(k + 1), y(v), v]).filter(([, , v], k) => v <= most || values[k - 1] <= most).map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(" ");
    const lines = [["whole", theme.accent, "6 4"], ["untied", theme.scale[1], ""], ["shared", theme.scale[7], ""]];
    holder.innerHTML = `<svg viewBox="0 0 ${w} ${h}" width="${w}" role="img" aria-label="${words.chart}"><path d="M${left} 4V${base}H${w - 84}" class="rv-axis"/>${lines.map(([name, colour, dash]) => {
      const values = counts.series[name], end = line(values).split(" ").at(-1).split(",");
      return `<polyline points="${line(values)}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/><text x="${name === "whole" ? Number(end[0]) + 5 : w - 88}" y="${Number(end[1]) + (name === "whole" ? 10 : 4)}" fill="${colour}">${words[`line_${name}`]}</text>`;
    }).join("")}<path d="M${x(Math.min(T, counts.series.T.length))} 6V${base}" class="rv-axis" stroke-dasharray="2 3"/><text x="${x(Math.min(T, counts.series.T.length))}" y="${h - 4}" text-anchor="middle">T = ${T}</text></svg>`;
  }

  touch(act, element) {
    if (!element || (act === "out" && this.pinned)) return;
    const weight = element.dataset.weight.split(" ")[0], at = element.dataset.at ? +element.dataset.at : null;
    if (act === "click") {
      this.pinned = this.pinned === weight ? null : weight;
      return this.light(this.pinned, at);
    }
    if (!this.pinned) this.light(act === "over" ? weight : null, at);
  }

  light(weight, at = null) {
    const { player } = this;
    if (weight === null) this.pinned = null;
    if (player.lit === weight && player.litAt === at) return;
    player.lit = weight;
    player.litAt = at;
    this.shine();
    player.timeline.over();
  }

  shine() {
    const { player } = this, { lit, litAt } = player;
    for (const element of this.holder.querySelectorAll("[data-weight]")) {
      const at = element.dataset.at ? +element.dataset.at : null;
      const on = lit !== null && element.dataset.weight.split(" ").includes(lit) && player.sameWeights(litAt, at);
      element.classList.toggle("rv-lit", on);
      if (element.matches("button")) element.setAttribute("aria-pressed", on);
    }
  }
}
