// The small pictures of an answer, as text of SVG: a function's curve, stacked bars, shares.

const round = (v) => Math.round(v * 10) / 10;

/** The curve of a function around its dots [argument, value], the flat parts shaded, the chosen dot large. */
export function curve({ reach, values, flat }, dots, chosen, theme, label) {
  const width = 230, height = 160, left = 34, bottom = 24, top = 8, right = 10;
  const largest = Math.max(...dots.map(([x]) => Math.abs(x))), half = [3, 5, reach].find((r) => largest <= r) ?? reach;
  const step = (2 * reach) / (values.length - 1), points = values.map((v, k) => [-reach + k * step, v]).filter(([x]) => Math.abs(x) <= half + 1e-9);
  const low = Math.min(0, ...points.map(([, y]) => y)), high = Math.max(...points.map(([, y]) => y), low + 0.1);
  const inside = (v, from, to) => Math.max(from, Math.min(to, v));
  const x = (v) => round(left + ((inside(v, -half, half) + half) / (2 * half)) * (width - left - right));
  const y = (v) => round(top + ((high - inside(v, low, high)) / (high - low)) * (height - top - bottom));
  const shaded = flat.map(([from, to]) => [Math.max(from, -half), Math.min(to, half)]).filter(([from, to]) => to > from);
  const dot = ([a, b], k) => `<circle cx="${x(a)}" cy="${y(b)}" r="${k === chosen ? 7 : 3.5}" fill="${k === chosen ? theme.accent : theme.ink}" stroke="${theme.background}" stroke-width="1"/>`;
  const text = (tx, ty, said, anchor) => `<text x="${tx}" y="${ty}" text-anchor="${anchor}" fill="${theme.ink}">${said}</text>`;
  const written = (v) => String(Math.round(v * 10) / 10).replace("-", "\u2212");
  return `<svg role="img" aria-label="${label}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-size="14">
    ${shaded.map(([from, to]) => `<rect class="rv-shaded" x="${x(from)}" y="${top}" width="${round(x(to) - x(from))}" height="${height - top - bottom}" fill="${theme.frame}" opacity="0.35"/>`).join("")}
    <path d="M${left} ${y(0)}H${width - right}M${x(0)} ${top}V${height - bottom}" stroke="${theme.faint}" fill="none"/>
    <path d="M${points.map(([a, b]) => `${x(a)} ${y(b)}`).join("L")}" stroke="${theme.ink}" stroke-width="2" fill="none"/>
    <path d="M${x(dots[chosen][0])} ${y(0)}V${y(dots[chosen][1])}H${x(0)}" stroke="${theme.accent}" stroke-width="1.5" stroke-dasharray="4 3" fill="none"/>
    ${dots.map((d, k) => (k === chosen ? "" : dot(d, k))).join("")}${dot(dots[chosen], chosen)}
    ${text(x(-half), height - 6, written(-half), "start")}${text(x(0), height - 6, "0", "middle")}${text(x(half), height - 6, written(half), "end")}
    ${text(left - 5, y(high) + 10, written(high), "end")}${low < 0 ? text(left - 5, y(low), written(low), "end") : ""}
  </svg>`;
}

// Each part of a bar has a colour and a pattern, so that they can be told apart without colour.
const LINES = ["", "M0 8L8 0", "M0 4H8", "M0 0L8 8M0 8L8 0", "M4 0V8", "M0 0L8 8"];

/** The fills of the parts, once for all bars. */
export function patterns(theme) {
  const fills = theme.terms.map((colour, k) => `<pattern id="rv-term-${k}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" fill="${colour}"/>${LINES[k] && `<path d="${LINES[k]}" stroke="${theme.background}" stroke-width="1.6"/>`}</pattern>`);
  return `<svg width="0" height="0" aria-hidden="true" style="position:absolute"><defs>${fills.join("")}</defs></svg>`;
}

const filled = (k, theme) => `fill="url(#rv-term-${k % theme.terms.length})"`;

/** What the colours and patterns stand for. */
export function legend(names, theme) {
  return `<ul class="rv-terms">${names.map((name, k) => `<li><svg width="22" height="16" aria-hidden="true"><rect width="22" height="16" rx="3" ${filled(k, theme)}/></svg><span>${name}</span></li>`).join("")}</ul>`;
}

const row = ({ go, key, chosen, name }, inside) => `<button type="button" data-go="${go}" data-key="${key}"${chosen ? ' aria-current="true"' : ""}><span class="rv-unit">${name}</span>${inside}</button>`;

/** One stacked bar for each unit: what is positive to the right of zero, what is negative to the left; then the sum. */
export function bars(units, [low, high], theme) {
  const width = 136, height = 20, scale = width / (high - low), zero = -low * scale;
  return units.map((unit) => {
    let left = zero, right = zero;
    const pieces = unit.values.map((v, k) => {
      const wide = Math.abs(v) * scale, x = v < 0 ? (left -= wide) : (right += wide) - wide;
      return `<rect x="${round(x)}" y="2" width="${round(wide)}" height="${height - 4}" ${filled(k, theme)}/>`;
    });
    return row(unit, `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" aria-hidden="true">${pieces.join("")}<path d="M${round(zero)} 0V${height}" stroke="${theme.ink}"/></svg><span class="rv-total">${unit.text}</span>`);
  }).join("");
}

/** One bar for each score: how large its share is, from 0 to 1. */
export function scores(rows, theme) {
  const width = 150, height = 20;
  return rows.map((one) => row(one, `${one.chip}<svg width="${width}" height="${height}" aria-hidden="true"><rect y="3" width="${round(Math.abs(one.share) * width)}" height="${height - 6}" fill="${theme.terms[0]}"/><path d="M0.5 0V${height}" stroke="${theme.ink}"/></svg><span class="rv-total">${one.text}</span>`)).join("");
}
