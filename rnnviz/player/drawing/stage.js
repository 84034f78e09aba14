// The stage: the equations with a heatmap in the place of each symbol.

import { alike } from "../expression.js";
import { Grid } from "../grid.js";
import { fill, show } from "../writing.js";
import { clamp } from "./colours.js";
import { compose, flow } from "./layout.js";

/** @import { BlackBox, Block, Line, Pick } from "../types.js" */
/** @import { LineBlock, Page, Role, RoleLine, Tile } from "./layout.js" */
/** @import { Look } from "./look.js" */
/** @import { Part } from "../scene.js" */

/** @typedef {Pick & { tile?: Tile }} Hit a chosen cell, and the tile that was touched */
/** @typedef {"wide" | "narrow"} Form */

const FAINT = ["under", "unit", "between_shape"];

export class Stage {
  #grid;
  /** @type {Page | null} */
  #page = null;

  /** @param {HTMLElement} holder */
  constructor(holder) {
    this.holder = holder;
    this.#grid = new Grid(holder);
  }

  /** Where everything stands, or null before the first picture. */
  get page() {
    return this.#page;
  }

  /**
   * Draw for the present step; `anew` places everything again.
   * @param {Look} look
   * @param {number} height
   * @param {boolean} anew
   */
  draw(look, height, anew) {
    if (anew || !this.#page) this.#page = this.#place(look, height);
    const page = this.#page;
    const { scene, quick } = look;
    const columns = page.x.length - 1;
    const z = Array.from({ length: page.y.length - 1 }, () => new Float32Array(columns).fill(NaN));
    for (const tile of page.tiles) {
      const scale = scene.scale(tile.source);
      for (const [r, c] of cells(tile)) z[tile.row + r][tile.column + c] = clamp(scene.cell(tile, r, c) / scale);
    }
    if (anew || !this.#grid.drawn) {
      const labels = page.marks.map((mark) => ({ ...mark, faint: FAINT.includes(mark.kind) }));
      const { x, y } = page;
      const layout = { width: look.width, height: page.height, x, y, gap: page.cell < 6 ? 0 : 1, labels };
      this.#grid.draw(look.plotly, { ...layout, arrows: arrows(page) }, z, look.palette);
    } else if (!quick) {
      this.#grid.recolour(look.plotly, z);
    }
    this.#over(look, page, z);
  }

  /**
   * @param {Look} look
   * @param {number} height
   * @returns {Page}
   */
  #place(look, height) {
    const { scene, width, beside } = look;
    const { sizes, side } = scene.head;
    const narrow = width < 560 && !beside;
    const form = width >= 560 ? "wide" : "narrow";
    // Two pictures side by side have half the room: an equation on one line if that can be read, and smaller cells.
    const options = beside
      ? [...contents(look, "wide"), ...contents(look, "narrow")]
      : side
        ? contents(look, form).slice(-1)
        : contents(look, form);
    const enough = beside ? sizes.cell_beside : sizes.readable_cell;
    const room = narrow ? 1e5 : height;
    let chosen = flow(options[0], width, room, sizes);
    for (let k = 1; k < options.length && chosen.cell < enough; k++) chosen = flow(options[k], width, room, sizes);
    // Where not even folded equations leave room, those go below, and the one in focus stays readable.
    const last = options[options.length - 1];
    const readable = { ...sizes, largest_cell: enough };
    if (!narrow && chosen.cell < 0.95 * enough && flow([last[0]], width, height, readable).cell >= enough) {
      chosen = flow(last, width, 1e5, readable);
    }
    const page = compose(chosen, width, sizes);
    const working = page.tiles.filter((tile) => tile.role === "working");
    for (const tile of working.slice(-1)) tile.isSum = Boolean(scene.blocks.get(tile.block.name)?.working?.sum);
    this.holder.style.height = `${narrow ? page.height : Math.max(height, page.height)}px`;
    return page;
  }

  /**
   * What lies over the heatmap: frames, numbers, the chosen symbol, the chosen cell.
   * @param {Look} look
   * @param {Page} page
   * @param {Float32Array[]} z
   */
  #over(look, page, z) {
    const { scene, palette, beside } = look;
    const { theme } = palette;
    const { sizes, stage } = scene.head;
    const pen = this.#grid.pen(look.width, page.height);
    const printable = page.cell >= (beside ? sizes.cell_beside : sizes.cell_for_numbers);
    for (const tile of page.tiles) {
      if (look.quick) {
        for (const [r, c] of cells(tile)) {
          const v = z[tile.row + r][tile.column + c];
          palette.paint(pen, tile.x + c * page.cell, tile.y + r * page.cell, page.cell, page.cell, v);
        }
      }
      frame(pen, tile, theme.frame, 1, 0.5);
      if (scene.part && active(tile, scene.part)) frame(pen, tile, theme.accent, 2.5, 2);
      if (printable) print(pen, look, page, tile);
      if (isChoice(tile, stage.share)) writeChoice(pen, look, tile);
    }
    if (scene.head.changed) markChanges(pen, look, page);
    markLit(pen, look, page);
    for (const tile of page.tiles) {
      const place = scene.placeOf(tile, scene.state.now.pick);
      if (!place) continue;
      const cell = { x: tile.x + place[1] * page.cell, y: tile.y + place[0] * page.cell };
      frame(pen, { ...cell, width: page.cell, height: page.cell }, theme.accent, 3, -1);
    }
    const names = stage.blocks.map((block) => block.name).join(", ");
    this.holder.setAttribute("aria-label", fill(scene.words.stage, { t: scene.t, names }));
  }

  /**
   * The part of the picture that stands still while a step moves: all tiles without the numbers of signals.
   * @param {Look} look
   */
  base(look) {
    const page = this.#page;
    if (!page) return;
    const { scene, palette } = look;
    const pen = this.#grid.pen(look.width, page.height);
    for (const tile of page.tiles) {
      const still = tile.source[0] === "weight" || tile.source[0] === "vector";
      drawCells(pen, look, page, tile, (r, c) => (still ? scene.cell(tile, r, c) : Number.NaN));
      frame(pen, tile, palette.theme.frame, 1, 0.5);
    }
  }

  /**
   * How large the numbers in cells are, in pixels; 0 where none are printed.
   * @param {Look} look
   */
  numberSize({ scene, beside }) {
    const { sizes } = scene.head;
    const cell = this.#page?.cell ?? 0;
    return cell >= (beside ? sizes.cell_beside : sizes.cell_for_numbers) ? fontSize(scene, cell) : 0;
  }

  /**
   * The cell under the mouse, or null.
   * @param {MouseEvent} event
   * @returns {Hit | null}
   */
  hit(event) {
    const page = this.#page;
    if (!page) return null;
    const box = this.holder.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    const inside = (/** @type {Tile} */ tile) =>
      x >= tile.x && x < tile.x + tile.width && y >= tile.y && y < tile.y + tile.height;
    const tile = page.tiles.find(inside);
    if (!tile) return null;
    return chosen(tile, Math.floor((y - tile.y) / page.cell), Math.floor((x - tile.x) / page.cell));
  }

  /**
   * The first tile that shows a source, if there is one.
   * @param {Pick["source"]} source
   */
  tileOf(source) {
    return this.#page?.tiles.find((tile) => alike(tile.source, source));
  }
}

/** Every row and column of a tile. @param {Tile} tile @returns {[number, number][]} */
const cells = ({ h, w }) => Array.from({ length: h * w }, (_, k) => [Math.floor(k / w), k % w]);

/**
 * A cell of a tile as a choice.
 * @param {Tile} tile
 * @param {number} r
 * @param {number} c
 * @returns {Hit}
 */
export function chosen(tile, r, c) {
  const weight = tile.source[0] === "weight";
  return { source: tile.source, i: weight || !tile.lying ? r : c, j: weight ? c : 0, tile };
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {{ x: number, y: number, width: number, height: number }} box
 * @param {string} colour
 * @param {number} width
 * @param {number} aside
 */
function frame(pen, box, colour, width, aside) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.strokeRect(box.x - aside, box.y - aside, box.width + 2 * aside, box.height + 2 * aside);
}

/** The arrows that lead a state back to where it is read. @param {Page} page */
function arrows(page) {
  /** @type {{ x: (number | null)[], y: (number | null)[], heads: [number, number][] }} */
  const made = { x: [], y: [], heads: [] };
  for (const { from, to, low } of page.loops) {
    const x1 = from.x + from.width / 2;
    const x2 = to.x + to.width / 2;
    const end = to.y + to.height;
    made.x.push(x1, x1, x2, x2, null);
    made.y.push(from.y + from.height + 2, low, low, end + 4, null);
    made.heads.push([x2, end + 5]);
  }
  return made;
}

/**
 * The blocks that may be shown, the fullest first: all equations spelled out, ..., the one in focus with the others folded.
 * @param {Look} look
 * @param {Form} form
 * @returns {LineBlock[][]}
 */
function contents({ scene }, form) {
  const { head, part, level } = scene;
  if (level === "box" && head.network) {
    return [head.network.black.map((block) => lined(block, block[form], "equation", false, head.stage.share))];
  }
  const all = head.stage.blocks;
  const focus = scene.blocks.get(scene.state.now.focus ?? "") ?? all[0];
  const full = (/** @type {Block} */ block) => lined(block, block[form], "equation", true, head.stage.share);
  const folded = (/** @type {Block} */ block) => lined(block, block.folded, "folded", false, head.stage.share);
  const others = all.filter((block) => block !== focus);
  if (part) {
    const { working } = focus;
    const work = working ? [lined(focus, working[form], "working", false, head.stage.share)] : [];
    return [
      [full(focus), ...work, ...others.map(folded)],
      [full(focus), ...work],
    ];
  }
  // Unfold as many of the other equations as have room, the last ones first: they are the short ones, and y.
  const unfolded = others
    .map((_, k) => others.slice(k))
    .slice(-12)
    .map((some) => [full(focus), ...others.filter((b) => !some.includes(b)).map(folded), ...some.map(full)]);
  return [...unfolded, [full(focus), ...others.map(folded)]];
}

/**
 * Lines with what they are.
 * @param {Block | BlackBox} block
 * @param {Line[]} lines
 * @param {Role} role
 * @param {boolean} full
 * @param {string | null} share
 * @returns {LineBlock}
 */
function lined({ name }, lines, role, full, share) {
  const isY = (/** @type {Line} */ line) =>
    line.tiles.some(([, , , , source]) => source[0] === "signal" && source[1] === "y" && source[2] === 0);
  const foot = (/** @type {Line} */ line) => Boolean(share) && name === "y" && role !== "working" && isY(line);
  /** @type {RoleLine[]} */
  const made = lines.map((line, k) => ({ ...line, role, full, foot: foot(line), loop: k === 0 && full }));
  return { name, lines: made };
}

/**
 * The tiles that a part of slow motion is about.
 * @param {Tile} tile
 * @param {Part} part
 */
function active({ block, role, source, isSum }, { block: now, part }) {
  if (block.name !== now.name) return false;
  const result = role === "equation" && source[0] === "signal" && source[1] === now.name && source[2] === 0;
  if (part === "operands") return role === "equation" && !result && source[0] === "signal";
  if (part === "terms") return role === "working" && !isSum;
  if (part === "sum") return role === "working" && isSum;
  return result;
}

/** @param {Look["scene"]} scene @param {number} cell */
const fontSize = (scene, cell) => Math.max(scene.head.sizes.smallest_number, Math.min(19, cell * 0.425));

/**
 * The cells of a tile, filled and printed with other numbers than those of rest.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Tile} tile
 * @param {(r: number, c: number) => number} value NaN for none
 */
export function drawCells(pen, look, page, tile, value) {
  const { scene, palette, beside } = look;
  const { sizes } = scene.head;
  const scale = scene.scale(tile.source);
  const printable = page.cell >= (beside ? sizes.cell_beside : sizes.cell_for_numbers);
  for (const [r, c] of cells(tile)) {
    const v = value(r, c);
    palette.paint(pen, tile.x + c * page.cell, tile.y + r * page.cell, page.cell, page.cell, clamp(v / scale));
    if (printable && !Number.isNaN(v)) printCell(pen, look, page, tile, [r, c], v);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Tile} tile
 */
function print(pen, look, page, tile) {
  const { scene } = look;
  for (const [r, c] of cells(tile)) {
    const v = scene.cell(tile, r, c);
    if (!Number.isNaN(v) || scene.computed(tile)) printCell(pen, look, page, tile, [r, c], v);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 * @param {Tile} tile
 * @param {[number, number]} place
 * @param {number} v
 */
function printCell(pen, { scene, palette, beside }, { cell }, tile, [r, c], v) {
  const fit = fontSize(scene, cell);
  const text = show(v, tile.source[0] === "signal" && tile.source[1] === "x");
  const size = text.length > 5 ? fit * 0.85 : beside && text.length > 4 && cell < 28 ? fit * 0.9 : fit;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.font = `${size}px ${palette.font}`;
  pen.fillStyle = palette.contrast(clamp(v / scene.scale(tile.source)));
  pen.fillText(text, tile.x + (c + 0.5) * cell, tile.y + (r + 0.5) * cell + 1);
}

/**
 * Whether the chosen symbol is written below a tile.
 * @param {Tile} tile
 * @param {string | null} share
 */
const isChoice = ({ source, block, role }, share) =>
  Boolean(share) &&
  source[0] === "signal" &&
  source[1] === "y" &&
  source[2] === 0 &&
  block.name === "y" &&
  role !== "working";

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Tile} tile
 */
function writeChoice(pen, { scene, palette }, tile) {
  const choice = scene.choice(scene.t);
  if (!choice) return;
  pen.fillStyle = palette.theme.ink;
  pen.textBaseline = "top";
  pen.textAlign = "center";
  pen.font = `600 ${scene.head.sizes.symbol + 2}px ${palette.font}`;
  const text = `${choice.symbol} ${Math.round(100 * choice.p)}%`;
  pen.fillText(text, tile.x + tile.width / 2, tile.y + tile.height + 4);
}

/**
 * A corner on every number that the reader set: a weight or a state that was another, a signal that is held.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 */
function markChanges(pen, { scene, palette }, { tiles, cell }) {
  pen.fillStyle = palette.theme.accent;
  for (const tile of tiles) {
    for (const [r, c] of cells(tile)) {
      if (!isSet(scene, tile, r, c)) continue;
      const x = tile.x + (c + 1) * cell - 1;
      const y = tile.y + r * cell + 1;
      const size = Math.max(5, cell * 0.24);
      pen.beginPath();
      pen.moveTo(x - size, y);
      pen.lineTo(x, y);
      pen.lineTo(x, y + size);
      pen.fill();
    }
  }
}

/**
 * Whether the reader set this number.
 * @param {Look["scene"]} scene
 * @param {Tile} tile
 * @param {number} r
 * @param {number} c
 */
function isSet(scene, { source, lying }, r, c) {
  const { numbers, t } = scene;
  const differs = (/** @type {() => number} */ read) => numbers.as("after", read) !== numbers.as("before", read);
  if (source[0] === "weight") return differs(() => numbers.weight(source[1], r, c, t));
  const i = lying ? c : r;
  if (source[0] === "vector") return differs(() => numbers.weight(source[1], i, 0, t));
  if (source[0] !== "signal") return false;
  const at = numbers.step(t, source[2]);
  const given = source[1] === "x" || at === null || at < 1 || at > scene.head.T;
  return given ? differs(() => numbers.signal(source[1], at, i)) : scene.heldAt(source[1], at, i);
}

/**
 * Frames of the numbers that made the chosen one, fainter than that of the chosen cell.
 * @param {CanvasRenderingContext2D} pen
 * @param {Look} look
 * @param {Page} page
 */
function markLit(pen, { lit, palette }, { tiles, cell }) {
  pen.save();
  pen.globalAlpha = 0.7;
  for (const tile of tiles) {
    const rows = lit.get(JSON.stringify(tile.source));
    if (rows === undefined) continue;
    const boxes =
      rows === null
        ? [tile]
        : [...rows].map((i) => {
            const [x, y] = tile.lying ? [tile.x + i * cell, tile.y] : [tile.x, tile.y + i * cell];
            return { x, y, width: tile.lying ? cell : tile.width, height: cell };
          });
    for (const box of boxes) frame(pen, box, palette.theme.accent, 2, -1);
  }
  pen.restore();
}
