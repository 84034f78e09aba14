// What several drawings put on a canvas.

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {[number, number]} Point */

/**
 * A line with a head at its end.
 * @param {Pen} pen
 * @param {Point[]} points
 * @param {string} colour
 */
export function arrow(pen, points, colour, width = 1.6) {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = width;
  pen.beginPath();
  for (const [k, [x, y]] of points.entries()) {
    if (k) pen.lineTo(x, y);
    else pen.moveTo(x, y);
  }
  pen.stroke();
  const [[px, py], [x, y]] = points.slice(-2);
  const angle = Math.atan2(y - py, x - px);
  const size = 6 + width;
  pen.beginPath();
  pen.moveTo(x, y);
  for (const turn of [2.7, -2.7]) pen.lineTo(x + size * Math.cos(angle + turn), y + size * Math.sin(angle + turn));
  pen.fill();
}

/**
 * A name with its subscript, centred.
 * @param {Pen} pen
 * @param {string} stem
 * @param {string} below
 * @param {Point} at
 * @param {number} size
 * @param {string} colour
 * @param {string} font
 * @param {string} [ground] what lines below it are covered with
 */
export function writeName(pen, stem, below, [x, y], size, colour, font, ground = "") {
  pen.fillStyle = colour;
  pen.strokeStyle = ground;
  pen.lineWidth = ground ? 4 : 0;
  pen.lineJoin = "round";
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  pen.font = `italic ${size}px ${font}`;
  const wide = pen.measureText(stem).width;
  pen.font = `${size * 0.72}px ${font}`;
  const start = x - (wide + pen.measureText(below).width) / 2;
  if (ground) pen.strokeText(below, start + wide + 1, y + size * 0.3);
  pen.fillText(below, start + wide + 1, y + size * 0.3);
  pen.font = `italic ${size}px ${font}`;
  if (ground) pen.strokeText(stem, start, y);
  pen.fillText(stem, start, y);
  pen.textAlign = "center";
}

/**
 * A text as large as it may be, cut short with … where it is longer than its column.
 * @param {Pen} pen
 * @param {string} text
 * @param {Point} at
 * @param {number} room
 * @param {number} size
 * @param {boolean} bold
 * @param {string} font
 */
export function fit(pen, text, [x, y], room, size, bold, font) {
  pen.font = `${bold ? 700 : 400} ${size}px ${font}`;
  let shown = text;
  while (pen.measureText(shown).width > room - 2 && [...shown].length > 2)
    shown = `${[...shown].slice(0, -2).join("")}…`;
  pen.fillText(shown, x, y);
}
