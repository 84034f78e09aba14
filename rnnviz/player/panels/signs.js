// What every sign means, for whoever points at it, touches it, or comes to it by keys: names in the sentences, operators
// and names of the stage. Those of the stage are drawn; for keys and for those who hear the page they are a row of stops.

import { explained } from "./glossary.js";

/** @import { PlacedMark } from "../drawing/layout.js" */
/** @import { Box } from "../motion/flight.js" */
/** @import { Scene } from "../scene.js" */

/** Shows what stands at a place of the window, as HTML; null for nothing. @typedef {(at: { x: number, y: number } | null, html: string | null) => void} Tell */

const KEYS = ["ArrowRight", "ArrowLeft", "Home", "End"];

/** @param {string} html */
const plain = (html) => html.replace(/<br>/g, " ").replace(/<[^>]*>/g, "");

export class Signs {
  #bar;
  #tell;
  #scene;

  /**
   * @param {HTMLElement} root of the player
   * @param {HTMLElement} bar that lies over the stage
   * @param {() => Scene | null} scene
   * @param {Tell} tell
   * @param {AbortSignal} signal of the end
   */
  constructor(root, bar, scene, tell, signal) {
    this.#bar = bar;
    this.#tell = tell;
    this.#scene = scene;
    // By the document: the equations of a page may stand outside its player.
    for (const name of ["mouseover", "click", "focusin"])
      document.addEventListener(name, (event) => this.#shown(root, event), { signal });
    for (const name of ["mouseout", "focusout"])
      document.addEventListener(name, (event) => this.#left(root, event), { signal });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && tell(null, null), { signal });
    bar.addEventListener("keydown", (event) => this.#key(event), { signal });
  }

  /**
   * The element with a sign, or with a text of its own, that an event is about, and what it says.
   * @param {HTMLElement} root
   * @param {globalThis.Event} event
   * @returns {[Element, string] | null}
   */
  #found(root, { target, type }) {
    const scene = this.#scene();
    if (!scene || !(target instanceof Element)) return null;
    const mine = root.contains(target) || (!scene.follows && target.closest(".formulas"));
    const told = /** @type {HTMLElement | null} */ (target.closest("[data-told]"));
    if (mine && told) return [told, told.dataset.told ?? ""];
    const name = target.closest("i, tspan, sub");
    // A name on a button goes where the button goes.
    if (!mine || !name || (type === "click" && target.closest("button"))) return null;
    const html = explained(scene, signOf(name));
    return html ? [name, html] : null;
  }

  /** @param {HTMLElement} root @param {globalThis.Event} event */
  #shown(root, event) {
    const found = this.#found(root, event);
    if (!found) return;
    const { left, top } = found[0].getBoundingClientRect();
    this.#tell({ x: left, y: top }, found[1]);
  }

  /** @param {HTMLElement} root @param {globalThis.Event} event */
  #left(root, event) {
    if (this.#found(root, event)) this.#tell(null, null);
  }

  /**
   * One stop for each sign of the stage.
   * @param {Scene} scene
   * @param {{ mark: PlacedMark, box: Box }[]} marks
   */
  place(scene, marks) {
    /** @type {Map<string, Box>} */
    const told = new Map();
    for (const { mark, box } of marks) {
      const html = explained(scene, mark.text);
      if (html && !told.has(html)) told.set(html, box);
    }
    this.#bar.setAttribute("aria-label", scene.words.signs);
    const stops = [...told].map(([html, { x, y, width, height }], k) => {
      const stop = document.createElement("span");
      stop.className = "rv-sign";
      stop.setAttribute("role", "button");
      stop.tabIndex = k ? -1 : 0;
      stop.dataset.told = html;
      stop.setAttribute("aria-label", plain(html));
      stop.style.cssText = `left:${x}px;top:${y}px;width:${width}px;height:${height}px`;
      return stop;
    });
    this.#bar.replaceChildren(...stops);
  }

  /** From stop to stop. @param {KeyboardEvent} event */
  #key(event) {
    const stops = /** @type {HTMLElement[]} */ ([...this.#bar.children]);
    const at = stops.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    if (at < 0 || !KEYS.includes(event.key)) return;
    event.preventDefault();
    const last = stops.length - 1;
    const next = { ArrowRight: Math.min(last, at + 1), ArrowLeft: Math.max(0, at - 1), Home: 0, End: last }[event.key];
    stops[at].tabIndex = -1;
    stops[next ?? 0].tabIndex = 0;
    stops[next ?? 0].focus();
  }
}

/**
 * A name with what stands below its line, as the stage has it.
 * @param {Element} name the letter, or what stands below it
 */
function signOf(name) {
  const letter =
    name.matches("sub") || (name.matches("tspan") && !name.matches("[font-style]"))
      ? name.previousElementSibling
      : name;
  const below = letter?.nextElementSibling?.matches("sub, tspan") ? letter.nextElementSibling.textContent : "";
  return `<i>${letter?.textContent ?? ""}</i>${below ? `<sub>${below}</sub>` : ""}`;
}
