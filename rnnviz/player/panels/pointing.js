// What is under the mouse: a number or a sign, told in a tip that follows the step; and a drag through time.

/** @import { Pick } from "../types.js" */

/** Finds the number under the mouse. @typedef {(event: MouseEvent) => Pick | null} Find */

const FAR = 6; // pixels that a pointer moves before it is a drag

export class Pointing {
  #tell;
  #signal;
  /** What the mouse points at, and how it is found. @type {{ event: MouseEvent, find: Find } | null} */
  #now = null;

  /**
   * @param {AbortSignal} signal of the end
   * @param {(event: MouseEvent | null, find: Find | null) => void} tell what stands there; null where the mouse is nowhere
   */
  constructor(signal, tell) {
    this.#signal = signal;
    this.#tell = tell;
  }

  /**
   * Tell what is under the mouse on an element.
   * @param {HTMLElement} element
   * @param {Find} find
   */
  on(element, find) {
    const at = (/** @type {MouseEvent | null} */ event) => {
      this.#now = event && { event, find };
      this.again();
    };
    element.addEventListener("mousemove", at, { signal: this.#signal });
    element.addEventListener("mouseleave", () => at(null), { signal: this.#signal });
  }

  /** Tell it anew: a step under a mouse at rest changes it. */
  again() {
    this.#tell(this.#now?.event ?? null, this.#now?.find ?? null);
  }
}

/**
 * Along an element it can be dragged through time; returns whether the last press was such a drag, and no click.
 * @param {HTMLElement} element
 * @param {(event: PointerEvent, down: PointerEvent) => void} moved
 * @param {AbortSignal} signal of the end
 */
export function dragAlong(element, moved, signal) {
  let dragged = false;
  const begin = (/** @type {PointerEvent} */ down) => {
    const press = new AbortController();
    dragged = false;
    const move = (/** @type {PointerEvent} */ event) => {
      dragged ||= Math.abs(event.clientX - down.clientX) >= FAR;
      if (dragged) moved(event, down);
    };
    window.addEventListener("pointermove", move, { signal: press.signal });
    for (const end of ["pointerup", "pointercancel"])
      window.addEventListener(end, () => press.abort(), { signal: press.signal });
    signal.addEventListener("abort", () => press.abort(), { signal: press.signal });
  };
  element.addEventListener("pointerdown", begin, { signal });
  return () => dragged;
}
