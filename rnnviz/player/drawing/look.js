// What every drawing needs to know.

/** @import { Plotly } from "../grid.js" */
/** @import { Scene } from "../scene.js" */
/** @import { Palette } from "./colours.js" */

/**
 * The numbers that light up, by their source as JSON: their rows, or null for all of them.
 * @typedef {Map<string, Set<number> | null>} Lit
 */
/**
 * @typedef {object} Look
 * @property {Scene} scene
 * @property {Palette} palette
 * @property {Plotly} plotly
 * @property {number} width of the player, in pixels
 * @property {boolean} beside whether it stands beside another one
 * @property {boolean} quick while a number is dragged Plotly is too slow: cells are painted on the canvas
 * @property {Lit} lit
 */

export {};
