// Where blocks of lines stand: which share a row, how large a cell is, and every tile and mark in pixels.

import { full } from "../writing.js";

/** @import { Line, LineMark, MarkKind, Sizes, Source } from "../types.js" */

/** @typedef {"equation" | "folded" | "working"} Role */
/**
 * A line with what it is: `full` where it is a whole equation, `foot` where a choice is written below it, `loop` where
 * an arrow may lead its state back.
 * @typedef {Line & { role: Role, full?: boolean, foot: boolean, loop: boolean }} RoleLine
 */
/** @typedef {{ name: string, lines: RoleLine[] }} LineBlock */
/** @typedef {RoleLine & { block: LineBlock, left: number }} PlacedLine */
/**
 * @typedef {object} Band
 * @property {PlacedLine[]} lines
 * @property {number} columns
 * @property {boolean} open whether another block may stand beside
 * @property {number} rows
 * @property {number} above pixels for names and shapes
 * @property {number} symbols pixels for the symbols above a matrix
 * @property {number} below
 */
/**
 * Blocks beside each other, which go on below where there is no room; or (`reserve`) those of several that are open,
 * with the room that the largest of them need. What stands `below` may be scrolled to: cells do not shrink for it.
 * @typedef {{ blocks: LineBlock[], reserve?: LineBlock[][], below?: boolean }} Row
 */
/**
 * @typedef {object} Flowed
 * @property {{ bands: Band[], used: number, rows: number, fixed: number, below: boolean }[]} parts each with the room that is kept for it
 * @property {number} wide pixels of a cell
 * @property {number} high
 * @property {number} used columns
 */
/**
 * A tile in its place: row and column in the grid, height and width in cells; the rest in pixels.
 * @typedef {object} Tile
 * @property {number} row
 * @property {number} column
 * @property {number} h
 * @property {number} w
 * @property {Source} source
 * @property {boolean} lying
 * @property {LineBlock} block
 * @property {Role} role
 * @property {number} nth which tile of the working it is, from 0, where it is one
 * @property {number} x
 * @property {number} y
 * @property {number} width
 * @property {number} height
 */
/** @typedef {"left" | "center" | "right"} Anchor */
/** @typedef {"top" | "middle" | "bottom"} Baseline */
/**
 * @typedef {object} PlacedMark
 * @property {MarkKind} kind
 * @property {string} text
 * @property {number} x
 * @property {number} y
 * @property {Anchor} anchor
 * @property {Baseline} baseline
 * @property {number} size
 * @property {boolean} opens whether it names an equation that a click opens
 */
/**
 * The stage in pixels: the edges of its one grid, its tiles and texts, and the arrows that lead a state back.
 * @typedef {object} Page
 * @property {number[]} x
 * @property {number[]} y
 * @property {Tile[]} tiles
 * @property {PlacedMark[]} marks
 * @property {{ from: Tile, to: Tile, low: number }[]} loops
 * @property {number} wide pixels of a cell
 * @property {number} high
 * @property {number} height
 * @property {number[]} rules where a line parts what stands above from what stands below
 */

/** @param {PlacedLine[]} lines @param {MarkKind[]} kinds */
const has = (lines, ...kinds) => lines.some((line) => line.marks.some((mark) => kinds.includes(mark[0])));

/**
 * Blocks in bands of so many columns; a block of one line may stand beside the one before it.
 * @param {PlacedLine[][]} blocks
 * @param {number} columns
 * @param {Sizes} sizes
 */
function banded(blocks, columns, sizes) {
  /** @type {Band[]} */
  const bands = [];
  const band = (/** @type {PlacedLine} */ line, /** @type {boolean} */ open) =>
    bands.push({
      lines: [{ ...line, left: 0 }],
      columns: line.columns,
      open,
      rows: 0,
      above: 0,
      symbols: 0,
      below: 0,
    });
  for (const group of blocks) {
    const last = bands.at(-1);
    // A spelled-out equation keeps a column's distance, so that two do not read as one.
    const apart = last && (group[0].role === "equation" || last.lines.at(-1)?.role === "equation") ? 1 : 0;
    if (group.length === 1 && last?.open && last.columns + apart + group[0].columns <= columns) {
      last.lines.push({ ...group[0], left: last.columns + apart });
      last.columns += apart + group[0].columns;
    } else {
      for (const line of group) band(line, group.length === 1);
    }
  }
  for (const one of bands) {
    one.rows = Math.max(...one.lines.map((line) => line.rows));
    one.above = (has(one.lines, "name", "term") ? sizes.name + 7 : 4) + (has(one.lines, "under") ? sizes.shape + 3 : 0);
    one.symbols = has(one.lines, "symbol") ? sizes.symbol + 4 : 0;
    one.below = one.lines.some((line) => line.foot) ? sizes.symbol + 8 : one.lines.some((line) => line.loop) ? 16 : 6;
  }
  return bands;
}

/** @param {LineBlock} block @returns {PlacedLine[]} */
const placedLines = (block) => block.lines.map((line) => ({ ...line, block, left: 0 }));

/** The room that bands need: rows of cells, and pixels beside them. @param {Band[]} bands */
const roomOf = (bands) => ({
  rows: bands.reduce((sum, band) => sum + band.rows, 0),
  fixed: bands.reduce((sum, band) => sum + band.above + band.symbols + band.below, 0),
});

export const NUMBER = 0.64; // how high a number is at most, as a part of its cell

/**
 * How large a number may be in a cell: its characters, five where it has two decimals, fill less than its width.
 * @param {number} wide
 * @param {number} high
 * @param {Sizes} sizes
 */
export const numberIn = (wide, high, { digits }) => Math.min(NUMBER * high, (1.9 * wide) / (3 + digits));

/**
 * Rows of blocks in every number of columns that changes anything: the parts, the columns used, and the room that what
 * does not stand below needs.
 * @param {Row[]} rows
 * @param {Sizes} sizes
 */
function* flows(rows, sizes) {
  const lines = rows.map(({ blocks, reserve = [] }) => [...blocks, ...reserve.flat()].map(placedLines));
  const widest = Math.max(...lines.flat(2).map((line) => line.columns));
  const sum = (/** @type {PlacedLine[][]} */ groups) =>
    groups.reduce((all, group) => all + Math.max(...group.map((line) => line.columns)) + 1, 0);
  const groups = rows.flatMap(({ blocks, reserve = [] }) => [blocks, ...reserve]);
  const total = Math.max(widest, ...groups.map((blocks) => sum(blocks.map(placedLines))));
  const step = Math.max(1, Math.floor((total - widest) / 300)); // of a very long cell not every width is tried
  for (let columns = widest; columns <= total; columns += step) {
    const parts = rows.map(({ blocks, reserve = [], below = false }) => {
      const bands = banded(blocks.map(placedLines), columns, sizes);
      const others = reserve.map((group) => banded(group.map(placedLines), columns, sizes));
      const rooms = [bands, ...others].map(roomOf);
      return {
        bands,
        below,
        used: Math.max(...[bands, ...others].flat().map((band) => band.columns)),
        rows: Math.max(...rooms.map((room) => room.rows)),
        fixed: Math.max(...rooms.map((room) => room.fixed)),
      };
    });
    const all = { rows: 0, fixed: 8 };
    for (const part of parts.filter(({ below }) => !below)) {
      all.rows += part.rows;
      all.fixed += part.fixed;
    }
    yield { parts, used: Math.max(...parts.map((part) => part.used)), all };
  }
}

/**
 * How many pixels rows of blocks need at least, so that their numbers have a size; Infinity where they never do.
 * @param {Row[]} rows
 * @param {number} width
 * @param {number} size of a number, in pixels
 * @param {Sizes} sizes
 */
export function heightFor(rows, width, size, sizes) {
  const high = size / NUMBER;
  let least = Infinity;
  for (const { used, all } of flows(rows, sizes)) {
    const wide = Math.min((width - 4) / used, sizes.largest_cell);
    if (wide >= high && numberIn(wide, high, sizes) >= size - 1e-6)
      least = Math.min(least, all.fixed + all.rows * high);
  }
  return Math.ceil(least);
}

/**
 * Rows of blocks in so many columns as let their numbers be largest, then as low as can be.
 * @param {Row[]} rows
 * @param {number} width
 * @param {number} height
 * @param {Sizes} sizes
 * @returns {Flowed}
 */
export function arrange(rows, width, height, sizes) {
  /** @type {(Flowed & { size: number, tall: number }) | null} */
  let best = null;
  for (const { parts, used, all } of flows(rows, sizes)) {
    const high = Math.min((height - all.fixed) / all.rows, sizes.largest_cell);
    const wide = Math.min(
      (width - 4) / used,
      sizes.largest_cell,
      0.44 * (3 + sizes.digits) * Math.max(high, sizes.readable_number / NUMBER),
    );
    const size = numberIn(wide, high, sizes);
    const tall = all.rows * high + all.fixed;
    if (!best || size > best.size + 0.2 || (size >= best.size && tall < best.tall))
      best = { parts, wide, high: Math.min(high, wide), used, size, tall };
  }
  if (!best) throw new Error("no row is without columns");
  best.high = Math.max(best.high, Math.min(sizes.smallest_cell, (width - 4) / best.used));
  best.wide = Math.max(best.wide, Math.min(best.high, (width - 4) / best.used));
  return best;
}

const LEAST = 12; // pixels of a name's letters
const INDEX = 0.7; // how large an index is
const [LETTER, DOTS] = [0.54, 0.86]; // how wide a usual letter, and a wide one, is, as a part of its size

/**
 * The box of a text on the page, about.
 * @param {PlacedMark} mark
 */
export function boxOf({ text, x, y, size, anchor, baseline }) {
  const width = Math.max(size, widthOf(text, size));
  const height = 1.3 * size;
  const left = { left: 0, center: width / 2, right: width }[anchor];
  const up = { top: 0, middle: height / 2, bottom: height }[baseline];
  return { x: x - left, y: y - up, width, height };
}

/** How wide a text of HTML is, about. @param {string} text @param {number} size */
const widthOf = (text, size) =>
  size * lettersOf(text.replace(/<[^>]*>/g, "")).reduce((sum, letter) => sum + emOf(letter), 0);

/** The same of a name, whose indices are smaller. @param {string} text @param {number} size */
const widthOfName = (text, size) => {
  const indices = (text.match(/<su[bp]>.*?<\/su[bp]>/g) ?? []).join("");
  return widthOf(text, size) - (1 - INDEX) * widthOf(indices, size);
};

/** How wide a letter is, about, as a part of its size. @param {string} letter */
const emOf = (letter) => (full(letter) ? 1 : /[…mwMW@]/.test(letter) ? DOTS : LETTER);

/** The letters of a text of HTML. @param {string} text */
const lettersOf = (text) => text.match(/&\w+;|./gsu) ?? [];

/**
 * A name as it fits: of one that is too long the beginning; where others begin like it, its end, else both.
 * @param {string} text
 * @param {number} room pixels
 * @param {number} size of its letters
 * @param {string[]} [others] that it must be told from
 */
export function shortened(text, room, size, others = []) {
  if (lettersOf(text).length <= 3 || widthOf(text, size) <= room) return text;
  const left = Math.max(2, Math.floor((room / size - DOTS) / LETTER)); // letters beside the "…"
  const first = (/** @type {string} */ name, /** @type {number} */ n) => lettersOf(name).slice(0, n).join("");
  const last = (/** @type {string} */ name, /** @type {number} */ n) => lettersOf(name).slice(-n).join("");
  const half = Math.floor(left / 2);
  /** @type {((name: string) => string)[]} */
  const cuts = [
    (name) => `${first(name, left)}…`,
    (name) => `…${last(name, left)}`,
    (name) => `${first(name, half)}…${last(name, left - half)}`,
  ];
  const alone = cuts.find((cut) => others.every((other) => other === text || cut(other) !== cut(text)));
  return (alone ?? cuts[2])(text);
}

/**
 * Where a mark stands and how large it is; null where there is no room for it.
 * @param {LineMark} mark
 * @param {PlacedLine} line
 * @param {[number, number]} centre of its cell
 * @param {{ wide: number, high: number }} cell
 * @param {Sizes} sizes
 * @returns {PlacedMark | null}
 */
function placed([kind, row, column, text], line, [cx, cy], { wide, high }, sizes) {
  const beside = kind === "side" || kind === "unit" || kind === "symbol";
  if (beside && Math.min(wide, high) < sizes.symbol * 0.8) return null;
  const above = (/** @type {MarkKind} */ other) => line.marks.some((mark) => mark[0] === other && mark[1] === row);
  const ceiling = cy - high / 2 - (above("symbol") ? sizes.symbol + 4 : 0) - 2;
  const aside = line.role === "folded" ? 5 : 4; // one that is open has a frame
  const shape = above("under") ? sizes.shape + 3 : 0;
  /** @type {Record<MarkKind, [number, number, Anchor, Baseline, number]>} */
  const places = {
    name: [cx, ceiling - shape, "center", "bottom", sizes.name],
    term: [cx, ceiling - shape, "center", "bottom", sizes.symbol],
    under: [cx, ceiling, "center", "bottom", sizes.shape],
    between: [cx, cy - high, "center", "middle", sizes.name],
    between_shape: [cx + sizes.name * 2.6, cy - high, "left", "middle", sizes.shape],
    operator: [cx, cy, "center", "middle", sizes.operator],
    symbol: [cx, cy - high / 2 - 1, "center", "bottom", sizes.symbol],
    side: [cx - wide / 2 - aside, cy, "right", "middle", sizes.symbol],
    unit: [cx - wide / 2 - aside, cy, "right", "middle", sizes.shape],
  };
  const [x, y, anchor, baseline, most] = places[kind];
  const named = kind === "side" || kind === "symbol";
  // Beside rows it is told from the others of its column, above columns from those of its row.
  const beneath = (/** @type {LineMark} */ mark) => (kind === "side" ? mark[2] === column : mark[1] === row);
  const others = () => line.marks.filter((mark) => mark[0] === kind && beneath(mark)).map((mark) => mark[3]);
  const space = wide - (kind === "side" ? aside + 6 : 6); // beside a tile it must not touch the one before
  const shown = named ? shortened(text, space, LEAST, others()) : text;
  let room = named ? Math.max(LEAST, Math.min(most, space / widthOf(shown, 1))) : most;
  if (kind === "name") {
    const apart = line.marks.filter((mark) => mark[0] === kind && mark[1] === row && mark[2] !== column);
    const near = Math.min(...apart.map((mark) => Math.abs(mark[2] - column))) * wide;
    if (near < Infinity) room = Math.max(LEAST, Math.min(most, (near - 4) / widthOfName(text, 1)));
  }
  const low = beside || kind.startsWith("between");
  const size = Math.min(room, Math.max(11, kind === "operator" ? 0.8 * wide : low ? 0.9 * high : 0.62 * wide));
  return { kind, text: shown, x, y, anchor, baseline, size, opens: kind === "name" && line.role === "folded" };
}

/**
 * Where every tile and mark stands, in pixels, and the edges of the one grid they share.
 * @param {Flowed} flowed
 * @param {number} width
 * @param {Sizes} sizes
 * @returns {Page}
 */
export function compose({ parts, wide, high, used }, width, sizes) {
  const left = Math.max(0, (width - used * wide) / 2);
  const x = Array.from({ length: used + 1 }, (_, k) => left + k * wide);
  const y = [0];
  /** @type {Page} */
  const page = { x, y, tiles: [], marks: [], loops: [], wide, high, height: 0, rules: [] };
  let top = 8;
  for (const part of parts) {
    const begun = top;
    if (y.length > 1) page.rules.push(top);
    for (const band of part.bands) top = composeBand(page, band, top, left, sizes);
    const kept = begun + part.rows * high + part.fixed;
    if (kept > top) y.push(kept);
    top = Math.max(top, kept);
  }
  page.height = Math.ceil(top - 1e-6);
  return page;
}

/**
 * A name above a narrow tile keeps inside the page.
 * @param {PlacedMark} mark
 * @param {number} width
 * @returns {PlacedMark}
 */
function inside(mark, width) {
  if (mark.anchor !== "center" || mark.kind === "symbol") return mark;
  const half = widthOf(mark.text, mark.size) / 2;
  return { ...mark, x: Math.max(half, Math.min(width - half, mark.x)) };
}

/**
 * @param {Page} page
 * @param {Band} band
 * @param {number} top
 * @param {number} left
 * @param {Sizes} sizes
 * @returns {number} where it ends
 */
function composeBand(page, band, top, left, sizes) {
  const { x, y, wide, high } = page;
  const start = top + band.above + band.symbols;
  y.push(start);
  const firstRow = y.length - 1;
  for (let r = 1; r <= band.rows; r++) y.push(start + r * high);
  for (const line of band.lines) {
    const down = Math.floor((band.rows - line.rows) / 2);
    const worked = page.tiles.filter(({ role }) => role === "working").length;
    const mine = line.tiles.map(([row, column, h, w, source, lying], k) => {
      const at = { row: firstRow + down + row, column: line.left + column };
      const box = { x: x[at.column], y: y[at.row], width: w * wide, height: h * high };
      return { ...at, ...box, h, w, source, lying, block: line.block, role: line.role, nth: worked + k };
    });
    page.tiles.push(...mine);
    for (const mark of line.marks) {
      const cx = left + (line.left + mark[2] + 0.5) * wide;
      const made = placed(mark, line, [cx, start + (down + mark[1] + 0.5) * high], { wide, high }, sizes);
      if (made) page.marks.push(inside(made, x[x.length - 1] + left));
    }
    const to = line.loop && mine.length ? mine.find((tile) => another(tile.source, mine[0].source)) : undefined;
    if (to) page.loops.push({ from: mine[0], to, low: start + band.rows * high + 9 });
  }
  const end = start + band.rows * high + band.below;
  y.push(end);
  return end;
}

/**
 * The box of row i of a tile, which of one that lies is a column.
 * @param {Pick<Page, "wide" | "high">} page
 * @param {Tile} tile
 * @param {number} i
 */
export const rowOf = ({ wide, high }, { x, y, width, height, lying }, i) =>
  lying ? { x: x + i * wide, y, width: wide, height } : { x, y: y + i * high, width, height: high };

/**
 * Room for a picture right of a tile; null where something stands there.
 * @param {Tile} tile
 * @param {Page} page
 * @param {number} end pixels of the page
 * @param {number} width of the picture
 * @param {number} height
 */
export function roomBeside({ x, y, width: w }, { tiles, wide }, end, width, height) {
  const box = { x: x + w + 1.5 * wide, y: y - 14, width, height };
  // Above a tile and left of it stand its names.
  const meets = (/** @type {Tile} */ other) =>
    other.x - 30 < box.x + box.width &&
    other.x + other.width > box.x &&
    other.y - 46 < box.y + box.height &&
    other.y + other.height + 20 > box.y;
  return box.x + box.width > end || tiles.some(meets) ? null : box;
}

/**
 * Whether a tile is what its equation gives: no equation reads its own signal at the same step.
 * @param {Tile} tile
 */
export const isResult = ({ source, block, role }) =>
  role !== "working" && source[0] === "signal" && source[1] === block.name && source[2] === 0;

/**
 * Whether one source is another step of the other.
 * @param {Source} one
 * @param {Source} other
 */
const another = (one, other) =>
  one[0] === "signal" && one[1] === other[1] && typeof one[2] === "number" && one[2] !== 0;
