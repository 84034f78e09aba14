// Where blocks of lines stand: which share a row, how large a cell is, and every tile and mark in pixels.

/** Blocks of lines flow into bands, as many columns as make the cells largest, then as few rows. */
export function flow(blocks, width, height, sizes) {
  const lines = blocks.map((block) => block.lines.map((line) => ({ ...line, block })));
  const widest = Math.max(...lines.flat().map((line) => line.columns));
  const total = lines.reduce((sum, group) => sum + Math.max(...group.map((line) => line.columns)) + 1, 0);
  let best = null;
  const step = Math.max(1, Math.floor((total - widest) / 300)); // of a very long cell not every width is tried
  for (let columns = widest; columns <= total; columns += step) {
    const bands = [];
    for (const group of lines) {
      const last = bands.at(-1);
      // A spelled-out equation keeps a column's distance, so that two do not read as one.
      const apart = last && (group[0].role === "equation" || last.lines.at(-1).role === "equation") ? 1 : 0;
      if (group.length === 1 && last && last.open && last.columns + apart + group[0].columns <= columns) {
        last.lines.push({ ...group[0], left: last.columns + apart });
        last.columns += apart + group[0].columns;
      } else {
        for (const line of group) bands.push({ lines: [{ ...line, left: 0 }], columns: line.columns, open: group.length === 1 });
      }
    }
    let rows = 0, fixed = 0;
    for (const band of bands) {
      const has = (...kinds) => band.lines.some((line) => line.marks.some((mark) => kinds.includes(mark[0])));
      band.rows = Math.max(...band.lines.map((line) => line.rows));
      band.above = (has("name") ? sizes.name + 7 : 4) + (has("under") ? sizes.shape + 3 : 0);
      band.symbols = has("symbol") ? sizes.symbol + 4 : 0;
      band.below = band.lines.some((line) => line.foot) ? sizes.symbol + 8 : band.lines.some((line) => line.loop) ? 16 : 6;
      rows += band.rows;
      fixed += band.above + band.symbols + band.below;
    }
    const used = Math.max(...bands.map((band) => band.columns));
    const cell = Math.min((width - 4) / used, (height - fixed) / rows, sizes.largest_cell);
    const tall = rows * cell + fixed;
    if (!best || cell > best.cell + 0.5 || (cell >= best.cell && tall < best.tall)) best = { bands, cell, used, tall };
  }
  best.cell = Math.min(Math.max(sizes.smallest_cell, best.cell), (width - 4) / best.used);
  return best;
}

/** Where the flow puts every tile and mark, in pixels, and the edges of the one grid they share. */
export function compose(flowed, width, sizes) {
  const { bands, cell, used } = flowed;
  const left = Math.max(0, (width - used * cell) / 2);
  const x = Array.from({ length: used + 1 }, (_, k) => left + k * cell), y = [0];
  const tiles = [], marks = [], loops = [];
  let top = 8;
  for (const band of bands) {
    const start = top + band.above + band.symbols;
    y.push(start);
    const firstRow = y.length - 1;
    for (let r = 1; r <= band.rows; r++) y.push(start + r * cell);
    for (const line of band.lines) {
      const down = Math.floor((band.rows - line.rows) / 2), mine = [];
      for (const [row, column, h, w, source, lying] of line.tiles) {
        const tile = { row: firstRow + down + row, column: line.left + column, h, w, source, lying, block: line.block, role: line.role };
        Object.assign(tile, { x: x[tile.column], y: y[tile.row], width: w * cell, height: h * cell });
        tiles.push(tile);
        mine.push(tile);
      }
      for (const [kind, row, column, text] of line.marks) {
        const cx = left + (line.left + column + 0.5) * cell, cy = start + (down + row + 0.5) * cell;
        const symbols = line.marks.some((m) => m[0] === "symbol" && m[1] === row) ? sizes.symbol + 4 : 0;
        const ceiling = cy - cell / 2 - symbols - 2;
        const shape = line.marks.some((m) => m[0] === "under" && m[1] === row) ? sizes.shape + 3 : 0;
        const place = {
          name: [cx, ceiling - shape, "center", "bottom", sizes.name],
          under: [cx, ceiling, "center", "bottom", sizes.shape],
          between: [cx, cy - cell, "center", "middle", sizes.name],
          between_shape: [cx + sizes.name * 2.6, cy - cell, "left", "middle", sizes.shape],
          operator: [cx, cy, "center", "middle", sizes.operator],
          symbol: [cx, cy - cell / 2 - 1, "center", "bottom", sizes.symbol],
          side: [cx - cell / 2 - 4, cy, "right", "middle", sizes.symbol],
          unit: [cx - cell / 2 - 4, cy, "right", "middle", sizes.shape],
        }[kind];
        if ((kind === "side" || kind === "unit" || kind === "symbol") && cell < sizes.symbol * 0.8) continue;
        if (kind === "side" || kind === "symbol") place[4] = Math.max(9, Math.min(place[4], (cell * 0.92) / (0.56 * [...text.replace(/&\w+;/g, "&")].length)));
        marks.push({ kind, text, x: place[0], y: place[1], anchor: place[2], baseline: place[3], size: Math.min(place[4], Math.max(11, cell * (kind === "operator" ? 0.8 : 0.62))), block: line.block });
      }
      if (line.loop && mine.length) {
        const from = mine[0], to = mine.find((tile) => tile.source[0] === "signal" && tile.source[1] === from.source[1] && tile.source[2] < 0);
        if (to) loops.push([{ ...from, low: start + band.rows * cell + 9 }, to]);
      }
    }
    top = start + band.rows * cell + band.below;
    y.push(top);
  }
  return { x, y, tiles, marks, loops, cell, height: Math.ceil(top), left };
}
