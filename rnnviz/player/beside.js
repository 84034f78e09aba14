// What the small components need of Streamlit: the theme, and a way to tell the page something.

import { dark, Palette } from "./drawing/colours.js";

/** @import { Theme } from "./types.js" */

/**
 * The colours of the page, as the element stands in it; those of lines are handed to its style sheet.
 * @param {HTMLElement} root
 * @param {{ light: Theme, dark: Theme }} themes
 */
export function paletteOf(root, themes) {
  const night = dark(getComputedStyle(root).getPropertyValue("--st-background-color"));
  const palette = new Palette(themes[night ? "dark" : "light"], getComputedStyle(root).fontFamily);
  root.style.setProperty("--rv-accent", palette.theme.accent);
  root.style.setProperty("--rv-frame", palette.theme.frame);
  return palette;
}

/**
 * Tells the page something once.
 * @param {{ setTriggerValue: (name: string, value: unknown) => void }} component
 */
export const teller = (component) => (/** @type {string} */ name, /** @type {unknown} */ value) =>
  component.setTriggerValue(name, value);
