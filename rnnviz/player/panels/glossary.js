// What the sign under the mouse means: its names in words, and the sentences of the terms.

import { escaped } from "../writing.js";

/** @import { Scene } from "../scene.js" */

/**
 * The terms that stand in a text of the stage, each once, as HTML; "" where none does.
 * @param {Scene} scene
 * @param {string} text as HTML
 */
export function explained({ head }, text) {
  const plain = text.replace(/<\/?i>/g, "").replace(/<sup>T<\/sup>/g, "ᵀ");
  const whole = plain.replace(/<sub>|<\/sub>/g, "_").replace(/_$/, "");
  const tokens = plain.replace(/<[^>]*>/g, " ").match(/\p{L}+\d*|[^\s\p{L}]/gu) ?? [];
  const signal = tokens[0] ?? "";
  const called = head.called[signal];
  const signs = [whole, ...tokens].filter((sign, k, all) => sign in head.terms && all.indexOf(sign) === k);
  const own = called && !signs.includes(signal) ? [escaped(`${signal}: ${called}`)] : [];
  // A step below the line is explained with its signal, not beside it.
  const said = signs.filter((sign) => sign !== "t" || signs.length + own.length === 1).map((sign) => head.terms[sign]);
  return [...own, ...said].join("<br>");
}
