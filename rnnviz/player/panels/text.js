// What stands in words around the pictures: the title, the levels of a box, the sentence, the legend, the tip.

import { bodyOf } from "../expression.js";
import { fill, MINUS, named, small } from "../writing.js";
import { Arithmetic } from "./arithmetic.js";
import { signalName } from "./names.js";

/** @import { Level } from "../types.js" */
/** @import { Palette } from "../drawing/colours.js" */
/** @import { Part } from "../parts.js" */
/** @import { Scene } from "../scene.js" */

/**
 * What a pause of slow motion shows, with its numbers.
 * @param {Scene} scene
 * @param {Part} pause
 */
function ofPause(scene, { block, part, product }) {
  const { words, numbers, parts, t } = scene;
  const { name, tree, working } = block;
  const arithmetic = new Arithmetic(scene);
  const shown = part === "product" && product ? product : part === "sum" ? bodyOf(tree) : tree;
  const told = arithmetic.steps(shown, 0, t).filter((text) => text !== "0"); // where nothing was multiplied
  const values = {
    name: named(name, `${t}`),
    unit: signalName(scene, name, `${t}`, 0),
    sum: told.slice(-2).join(" = "),
    weight: product ? named(product[1]) : "",
    operand: product ? arithmetic.name(product[2]) : "",
  };
  const texts = {
    product: working ? words.slow_product : words.slow_product_result,
    sum: words.slow_sum,
    result: words.slow_result,
    rows: words.slow_rows,
    whole: numbers.length(name) > 1 ? words.slow_whole : words.slow_result,
  };
  const at = fill(words.slow_at, { n: scene.state.now.part ?? 0, of: parts.length });
  return `<b>${at}</b> ${fill(texts[part], values)}`;
}

/**
 * How the colours of a backward pass are meant, and its two kinds of shares.
 * @param {Scene["head"]} head
 * @param {Scene["words"]} words
 * @param {Palette["theme"]} theme
 */
function ofFilm({ film }, words, theme) {
  const item = document.createElement("span");
  const bar = document.createElement("b");
  bar.style.background = `linear-gradient(to right, ${theme.scale.join(",")})`;
  const names = film ? Object.keys(film.lengths) : [];
  const same = names.length > 0 && names.every((name) => film?.alike.includes(name));
  const range = same ? small(Math.max(...names.map((name) => film?.scales[name][0] ?? 0))) : "";
  const halves = [words.here, words.through].map((text, k) => {
    const patch = document.createElement("b");
    patch.className = "rv-patch";
    patch.style.background = theme.terms[k];
    return [patch, text];
  });
  item.append(bar, same ? fill(words.film_alike, { range }) : words.film_legend, ...halves.flat());
  return item;
}

export class Text {
  #root;
  #sentence = "";

  /**
   * @param {HTMLElement} root of the player
   * @param {(level: Level) => void} setLevel
   */
  constructor(root, setLevel) {
    this.#root = root;
    for (const button of this.#levels()) {
      button.addEventListener("click", () => setLevel(/** @type {Level} */ (button.dataset.level)));
    }
    this.#find(".rv-formulas").addEventListener("click", () => setLevel("numbers"));
  }

  /** @param {string} part */
  #find(part) {
    return /** @type {HTMLElement} */ (this.#root.querySelector(part));
  }

  /** @returns {NodeListOf<HTMLElement>} */
  #levels() {
    return this.#root.querySelectorAll("[data-level]");
  }

  /** Which of a comparison this is. @param {Scene} scene */
  label({ head, words, follows }) {
    const { side } = head;
    const title = this.#find(".rv-title");
    const name = document.createElement("b");
    this.#root.classList.toggle("rv-side", Boolean(side));
    this.#root.classList.toggle("rv-follows", follows);
    this.#root.classList.toggle("rv-on-tree", Boolean(head.graph));
    title.hidden = !side;
    name.textContent = side?.name ?? "";
    title.replaceChildren(name, ` ${side?.about ?? ""}`);
    this.#root.setAttribute("aria-label", follows && side ? side.name : words.player);
  }

  /** How far the box is open. @param {Scene} scene */
  drawLevels({ head, level, words }) {
    const { network } = head;
    this.#find(".rv-levels").hidden = !network;
    this.#find(".rv-formulas").hidden = level !== "equation";
    this.#find(".rv-stage").hidden = level === "equation";
    if (!network) return;
    const names = { box: words.level_box, equation: words.level_equation, numbers: words.level_numbers };
    for (const button of this.#levels()) {
      const name = /** @type {Level} */ (button.dataset.level);
      button.textContent = names[name];
      button.setAttribute("aria-pressed", String(name === level));
    }
    this.#find(".rv-formulas").innerHTML = network.formulas.map((formula) => `<div>${formula}</div>`).join("");
  }

  /** What happened in the step, or in slow motion in its part. @param {Scene} scene */
  drawSentence(scene) {
    const { words, head, differs } = scene;
    const whole = differs
      ? fill(words.different, { felt: head.felt ?? "" })
      : scene.told.sentences[scene.begun ? scene.t : 0];
    const said = scene.part && !differs ? ofPause(scene, scene.part) : whole;
    if (said !== this.#sentence) this.#find(".rv-sentence").innerHTML = this.#sentence = said;
  }

  /**
   * The ranges of the colours.
   * @param {Scene} scene
   * @param {Palette} palette
   */
  drawLegend({ head, words }, { theme }) {
    const { ranges, ripple, film } = head;
    /** @type {[number, string][]} */
    const rows = [
      [ranges.state, words.states],
      [ranges.weight, words.weights],
    ];
    if (film) rows.shift();
    if (ripple) rows.push([ripple.range, fill(words.ripple, { name: ripple.name })]);
    const items = rows.map(([r, text]) => {
      const item = document.createElement("span");
      const bar = document.createElement("b");
      bar.style.background = `linear-gradient(to right, ${theme.scale.join(",")})`;
      item.append(bar, fill(words.range, { low: `${MINUS}${r}`, high: r, what: text }));
      return item;
    });
    if (film) items.unshift(ofFilm(head, words, theme));
    this.#find(".rv-legend").replaceChildren(...items);
  }

  /**
   * What stands at a place of the window, above everything; null where nothing does.
   * @param {{ x: number, y: number } | null} at
   * @param {string | null} html
   */
  tip(at, html) {
    const tip = this.#find(".rv-tip");
    if (tip.matches(":popover-open")) tip.hidePopover();
    if (html === null || !at) return;
    tip.innerHTML = html;
    tip.showPopover();
    const right = window.innerWidth - tip.offsetWidth - 8;
    const above = at.y - tip.offsetHeight - 8;
    tip.style.left = `${Math.max(8, Math.min(at.x + 12, right))}px`;
    tip.style.top = `${above < 4 ? at.y + 24 : above}px`;
  }
}
