// Where blocks of lines stand: which share a row, how large a cell is, and every tile and mark in pixels.

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
/** @typedef {{ bands: Band[], cell: number, used: number, tall: number }} Flowed */
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
 * @property {boolean} isSum
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
 */
/**
 * The stage in pixels: the edges of its one grid, its tiles and texts, and the arrows that lead a state back.
 * @typedef {object} Page
 * @property {number[]} x
 * @property {number[]} y
 * @property {Tile[]} tiles
 * @property {PlacedMark[]} marks
 * @property {{ from: Tile, to: Tile, low: number }[]} loops
 * @property {number} cell
 * @property {number} height
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
    one.above = (has(one.lines, "name") ? sizes.name + 7 : 4) + (has(one.lines, "under") ? sizes.shape + 3 : 0);
    one.symbols = has(one.lines, "symbol") ? sizes.symbol + 4 : 0;
    one.below = one.lines.some((line) => line.foot) ? sizes.symbol + 8 : one.lines.some((line) => line.loop) ? 16 : 6;
  }
  return bands;
}

/**
 * Blocks of lines flow into bands, as many columns as make the cells largest, then as few rows.
 * @param {LineBlock[]} blocks
 * @param {number} width
 * @param {number} height
 * @param {Sizes} sizes
 * @returns {Flowed}
 */
export function flow(blocks, width, height, sizes) {
  const lines = blocks.map((block) => block.lines.map((line) => ({ ...line, block, left: 0 })));
  const widest = Math.max(...lines.flat().map((line) => line.columns));
  const total = lines.reduce((sum, group) => sum + Math.max(...group.map((line) => line.columns)) + 1, 0);
  /** @type {Flowed | null} */
  let best = null;
  const step = Math.max(1, Math.floor((total - widest) / 300)); // of a very long cell not every width is tried
  for (let columns = widest; columns <= total || !best; columns += step) {
    const bands = banded(lines, columns, sizes);
    const rows = bands.reduce((sum, band) => sum + band.rows, 0);
    const fixed = bands.reduce((sum, band) => sum + band.above + band.symbols + band.below, 0);
    const used = Math.max(...bands.map((band) => band.columns));
    const cell = Math.min((width - 4) / used, (height - fixed) / rows, sizes.largest_cell);
    const tall = rows * cell + fixed;
    if (!best || cell > best.cell + 0.5 || (cell >= best.cell && tall < best.tall)) best = { bands, cell, used, tall };
  }
  best.cell = Math.min(Math.max(sizes.smallest_cell, best.cell), (width - 4) / best.used);
  return best;
}

/**
 * Where a mark stands and how large it is; null where there is no room for it.
 * @param {LineMark} mark
 * @param {PlacedLine} line
 * @param {[number, number]} centre of its cell
 * @param {number} cell
 * @param {Sizes} sizes
 * @returns {PlacedMark | null}
 */
function placed([kind, row, , text], line, [cx, cy], cell, sizes) {
  const beside = kind === "side" || kind === "unit" || kind === "symbol";
  if (beside && cell < sizes.symbol * 0.8) return null;
  const above = (/** @type {MarkKind} */ other) => line.marks.some((mark) => mark[0] === other && mark[1] === row);
  const ceiling = cy - cell / 2 - (above("symbol") ? sizes.symbol + 4 : 0) - 2;
  const shape = above("under") ? sizes.shape + 3 : 0;
  /** @type {Record<MarkKind, [number, number, Anchor, Baseline, number]>} */
  const places = {
    name: [cx, ceiling - shape, "center", "bottom", sizes.name],
    under: [cx, ceiling, "center", "bottom", sizes.shape],
    between: [cx, cy - cell, "center", "middle", sizes.name],
    between_shape: [cx + sizes.name * 2.6, cy - cell, "left", "middle", sizes.shape],
    operator: [cx, cy, "center", "middle", sizes.operator],
    symbol: [cx, cy - cell / 2 - 1, "center", "bottom", sizes.symbol],
    side: [cx - cell / 2 - 4, cy, "right", "middle", sizes.symbol],
    unit: [cx - cell / 2 - 4, cy, "right", "middle", sizes.shape],
  };
  const [x, y, anchor, baseline, most] = places[kind];
  const letters = [...text.replace(/&\w+;/g, "&")].length;
  const room =
    kind === "side" || kind === "symbol" ? Math.max(9, Math.min(most, (cell * 0.92) / (0.56 * letters))) : most;
  const size = Math.min(room, Math.max(11, cell * (kind === "operator" ? 0.8 : 0.62)));
  return { kind, text, x, y, anchor, baseline, size };
}

/**
 * Where the flow puts every tile and mark, in pixels, and the edges of the one grid they share.
 * @param {Flowed} flowed
 * @param {number} width
 * @param {Sizes} sizes
 * @returns {Page}
 */
export function compose({ bands, cell, used }, width, sizes) {
  const left = Math.max(0, (width - used * cell) / 2);
  const x = Array.from({ length: used + 1 }, (_, k) => left + k * cell);
  const y = [0];
  /** @type {Page} */
  const page = { x, y, tiles: [], marks: [], loops: [], cell, height: 0 };
  let top = 8;
  for (const band of bands) {
    const start = top + band.above + band.symbols;
    y.push(start);
    const firstRow = y.length - 1;
    for (let r = 1; r <= band.rows; r++) y.push(start + r * cell);
    for (const line of band.lines) {
      const down = Math.floor((band.rows - line.rows) / 2);
      const mine = line.tiles.map(([row, column, h, w, source, lying]) => {
        const at = { row: firstRow + down + row, column: line.left + column };
        const box = { x: x[at.column], y: y[at.row], width: w * cell, height: h * cell };
        return { ...at, ...box, h, w, source, lying, block: line.block, role: line.role, isSum: false };
      });
      page.tiles.push(...mine);
      for (const mark of line.marks) {
        const cx = left + (line.left + mark[2] + 0.5) * cell;
        const made = placed(mark, line, [cx, start + (down + mark[1] + 0.5) * cell], cell, sizes);
        if (made) page.marks.push(made);
      }
      const to = line.loop && mine.length ? mine.find((tile) => earlier(tile.source, mine[0].source)) : undefined;
      if (to) page.loops.push({ from: mine[0], to, low: start + band.rows * cell + 9 });
    }
    top = start + band.rows * cell + band.below;
    y.push(top);
  }
  page.height = Math.ceil(top);
  return page;
}

/**
 * Whether one source is an earlier step of the other.
 * @param {Source} one
 * @param {Source} other
 */
const earlier = (one, other) => one[0] === "signal" && one[1] === other[1] && typeof one[2] === "number" && one[2] < 0;
