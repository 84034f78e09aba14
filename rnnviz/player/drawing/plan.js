// Where the columns of the timeline stand, and its bands and boxes from top to bottom.

/** @import { Scene } from "../scene.js" */
/** @import { Look } from "./look.js" */

export const MARGIN = 46;

/** A band, with the room for its curve above where it has one. @typedef {{ name: string, label: string, start: number, tall: number, strip: boolean, curve?: Span }} Band */
/** @typedef {{ start: number, tall: number }} Span */
/**
 * Where the columns stand, and from top to bottom the bands (and boxes), in pixels.
 * @typedef {object} Plan
 * @property {number} first
 * @property {number} last
 * @property {number} pitch
 * @property {number} left
 * @property {number} gap
 * @property {number} width
 * @property {Band[]} bands
 * @property {Map<string, Span>} boxes
 * @property {([string, number] | null)[]} rows
 * @property {number[]} x
 * @property {number[]} y
 * @property {number} height
 * @property {number} letters
 * @property {[string, string][] | null} dates the labels in two parts, where they are dates
 * @property {number} heads where the second line of dates stands on
 * @property {number} track the line along which the present step is drawn
 * @property {Span | null} overview the whole sequence, where it has more steps than columns
 * @property {number} choices where what was chosen stands on
 * @property {number} bottom
 */

/**
 * @param {Look} look
 * @param {number} height
 * @param {number} first
 * @param {number} count how many columns
 * @returns {Plan}
 */
export function place({ scene, width }, height, first, count) {
  const { network, timeline, stage, film } = scene.head;
  const last = first + count - 1;
  const pitch = Math.min((network ? 128 : 112) * scene.growth, (width - MARGIN - 8) / count);
  const left = MARGIN + Math.max(0, (width - MARGIN - 8 - pitch * count) / 2);
  const gap = pitch >= 22 ? pitch * (network ? 0.5 : 0.42) : pitch >= 6 ? 2 : 0;
  const top = (timeline.bands[0][0] === "y" && stage.share) || film ? 22 * scene.growth : 4;
  /** @type {Plan} */
  const plan = {
    ...{ first, last, pitch, left, gap, width: pitch - gap, bands: [], boxes: new Map(), rows: [], x: [], y: [top] },
    ...{
      height,
      letters: 0,
      dates: dated(scene),
      heads: 0,
      track: 0,
      bottom: height,
      choices: top - 3,
      overview: null,
    },
  };
  for (let k = first; k <= last; k++) plan.x.push(from(plan, k), from(plan, k) + pitch - gap);
  if (network) placeNetwork(scene, plan, height);
  else {
    const { growth } = scene;
    const whole = count < timeline.last - timeline.first + 1;
    if (whole) plan.overview = { start: height - 6 * growth, tall: 5 * growth };
    plan.bottom = height - (whole ? 9 * growth : 0);
    plan.track = plan.bottom - 4 * growth;
    plan.heads = plan.track - 5 * growth;
    plan.letters = plan.heads - headsOf(scene, plan);
    placeBands(scene, plan, plan.letters - 21 * growth);
  }
  return plan;
}

/** The height of the second line of dates. @param {Scene} scene @param {Plan} plan */
const headsOf = ({ growth }, { dates }) => (dates ? 15 * growth : 0);

/**
 * Labels of steps in two parts, such as 2016-01 and 31, where the first part is the same for several: dates.
 * @param {Scene} scene
 * @returns {[string, string][] | null}
 */
export function dated({ head }) {
  if (head.stage.share || head.graph) return null;
  const parts = head.labels.map((label) => /^(.*\d)[-/. :](\d{1,2})$/.exec(label));
  const heads = new Set(parts.map((part) => part?.[1]));
  if (heads.has(undefined) || heads.size >= parts.length) return null;
  return parts.map((part) => [part?.[1] ?? "", part?.[2] ?? ""]);
}

const CURVE = 1.2; // how high a curve is, in bands
const MANY = 4; // curves that are told apart

/**
 * The bands that have a curve above: of measured numbers what is read and what is given out.
 * @param {Scene} scene
 */
export function curved({ head, numbers }) {
  if (head.film) return Object.keys(head.film.lengths);
  if (head.stage.share || head.graph || head.network || head.timeline.ahead.length) return [];
  const measured = head.labels.length > 1 && numbers.length("x") <= MANY;
  return measured ? head.timeline.bands.flatMap(([name]) => (name === "x" || name === "y" ? [name] : [])) : [];
}

/** Where a column begins. @param {Plan} plan @param {number} k */
export const from = ({ left, first, pitch, gap }, k) => left + (k - first) * pitch + gap / 2;

/**
 * @param {Scene} scene
 * @param {Plan} plan
 * @param {number} bottom
 */
function placeBands(scene, plan, bottom) {
  const { bands, slots, places } = scene.head.timeline;
  const [top] = plan.y;
  const curves = curved(scene).map((name) => slots[bands.findIndex(([band]) => band === name)]);
  const units = places + CURVE * curves.length;
  const room = bottom - top;
  const between = Math.min(9, room / (3 * places));
  const tall = (room - between * (places - 1)) / units;
  for (const [b, [name, label]] of bands.entries()) {
    const above = curves.filter((slot) => slot < slots[b]).length;
    const start = top + slots[b] * (tall + between) + above * CURVE * tall;
    const curve = curves.includes(slots[b]) ? { start, tall: CURVE * tall - 3 } : undefined;
    placeBand(scene, plan, { name, label, start: start + (curve ? CURVE * tall : 0), tall, strip: false, curve });
  }
}

/**
 * @param {Scene} scene
 * @param {Plan} plan
 * @param {Band} band
 */
function placeBand(scene, plan, band) {
  const { name, start, tall } = band;
  const n = scene.numbers.length(name);
  if (plan.y[plan.y.length - 1] < start) {
    plan.rows.push(null);
    plan.y.push(start);
  }
  for (let i = 0; i < n; i++) {
    plan.rows.push([name, i]);
    plan.y.push(start + ((i + 1) * tall) / n);
  }
  plan.bands.push(band);
}

/**
 * y on top, then each box under the state it hands on, x below; gates and further states as strips.
 * @param {Scene} scene
 * @param {Plan} plan
 * @param {number} height
 */
function placeNetwork(scene, plan, height) {
  const { network, timeline } = scene.head;
  const { boxes, strips } = network ?? { boxes: [], strips: [] };
  const labels = new Map([...timeline.bands, ...strips]);
  const hasY = timeline.bands.some(([name]) => name === "y");
  const [top] = plan.y;
  const { growth } = scene;
  const letters = 24 * growth + headsOf(scene, plan);
  const space = { arrow: 16 * growth, box: 28 * growth, letters, strip: strips.length ? 13 * growth : 0 };
  const inBoxes = boxes.length * (space.box + 2 * space.arrow) + (hasY ? space.arrow : 0);
  const fixed = top + space.letters + inBoxes + strips.length * (space.strip + 4) + 10;
  const tall = Math.max(18, Math.min(46 * growth, (height - fixed) / (boxes.length + 1 + (hasY ? 1 : 0))));
  const band = (/** @type {string} */ name, /** @type {number} */ start) =>
    placeBand(scene, plan, { name, label: labels.get(name) ?? name, start, tall, strip: false });
  let y = top;
  if (hasY) {
    band("y", y);
    y += tall + space.arrow;
  }
  for (const { name, label } of [...boxes].reverse()) {
    labels.set(name, label);
    band(name, y);
    y += tall + space.arrow;
    plan.boxes.set(name, { start: y, tall: space.box });
    y += space.box + space.arrow;
  }
  band("x", y);
  y += tall + space.letters;
  plan.heads = y - 3;
  plan.letters = plan.heads - headsOf(scene, plan);
  for (const [name, label] of strips) {
    placeBand(scene, plan, { name, label, start: y + 4, tall: space.strip, strip: true });
    y += space.strip + 4;
  }
  plan.height = Math.ceil(y + 4);
  plan.bottom = plan.height - 2;
}
