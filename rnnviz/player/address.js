// The address bar has one writer, this module. The server says what was chosen; the step is the players' own, and no run
// of the page is made for it. What must outlive the server is kept here too: what can be undone, and a text half typed.

const KEPT = "rnnviz.history"; // in the tab's own storage
const PAUSE = 300; // ms between two steps in the address: browsers refuse hundreds of changes in a few seconds

/**
 * One for all pages and players: the step, the last jump obeyed, the number that is chosen, the server's session.
 * @typedef {{ t: number, seek: string | null, pick: [string, number, number] | null, session: string | null }} Now
 */
/** @typedef {{ push: History["pushState"], replace: History["replaceState"] }} RealHistory */
// On the window, where a newer version of this module finds them.
const shared = /** @type {{ rnnvizNow?: Now, rnnvizHistory?: RealHistory }} */ (/** @type {unknown} */ (window));
/** @type {Now} */
export const NOW = shared.rnnvizNow ?? { t: 1, seek: null, pick: null, session: null };
shared.rnnvizNow = NOW;

// Streamlit writes addresses as well: a bare path for another page, and the query that it remembers. The first takes the
// choices along, the second is left as it stands. A setting is no place to go back to: Back moves from page to page.
/** @type {RealHistory} */
const real = shared.rnnvizHistory ?? {
  push: history.pushState.bind(history),
  replace: history.replaceState.bind(history),
};
shared.rnnvizHistory = real;
/** @param {string | URL | null} [url] */
const there = (url) => new URL(url ?? location.href, location.href);

history.pushState = (state, unused, url) => {
  const to = there(url);
  if (to.pathname === location.pathname) return history.replaceState(state, unused, url);
  if (waiting) writeStep(); // of the page that is left
  if (!mine(to.searchParams).length) for (const pair of mine(query())) to.searchParams.append(...pair);
  return real.push(state, unused, to);
};

history.replaceState = (state, unused, url) => {
  const to = there(url);
  if (to.pathname === location.pathname) to.search = location.search;
  return real.replace(state, unused, to);
};

/** A name and a value in the address. @typedef {[string, string]} Pair */

/** The names of all choices. @type {Set<string>} */
const names = new Set();
const query = () => new URLSearchParams(location.search);
/** @param {Iterable<Pair>} pairs */
const mine = (pairs) => [...pairs].filter(([name]) => names.has(name));
const chosen = () => mine(query()).filter(([name]) => name !== "t");
/** @param {Pair[]} one @param {Pair[]} other */
const same = (one, other) => JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

/** @param {URLSearchParams} pairs */
function write(pairs) {
  const said = String(pairs);
  real.replace(history.state, "", location.pathname + (said && `?${said}`) + location.hash);
}

// --- the step

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;
let written = Number.NEGATIVE_INFINITY;

/** The players came to another step. */
export function stepped() {
  clearTimeout(waiting);
  const wait = written + PAUSE - performance.now();
  if (wait > 0) waiting = setTimeout(writeStep, wait);
  else writeStep();
}

function writeStep() {
  clearTimeout(waiting);
  waiting = undefined;
  const here = query();
  if ((here.get("t") ?? "1") === String(NOW.t)) return;
  here.set("t", String(NOW.t));
  written = performance.now();
  write(here);
}

window.addEventListener("popstate", () => {
  clearTimeout(waiting); // it was another page's step
  waiting = undefined;
});

// --- what the server says

/**
 * What a run of the page says: the names of all choices, those made, the session and whether it was told what a new one
 * cannot know, the run, what can be undone, and the language of the page.
 * @typedef {{ names: string[], said: Pair[], session: string, heard: boolean, run: number | string, history: unknown, lang: string }} Said
 */
/** What a server must know that began anew. @typedef {{ session: string, address: string, history: unknown }} Known */

/** Asks for a run of the page. @type {(what: Known) => void} */
let ask = () => {};

/**
 * A run of the page: what was chosen is written. A new session is told what it cannot know.
 * @param {{ data: Said, setTriggerValue: (name: string, value: unknown) => void }} component
 */
export default function ({ data, setTriggerValue }) {
  for (const name of data.names) names.add(name);
  document.documentElement.lang = data.lang;
  ask = (what) => setTriggerValue("asked", what);
  watch();
  const before = NOW.session,
    known = state();
  NOW.session = data.session;
  latest = `${data.session} ${data.run}`;
  // The first run of a new session ends before it has any field, and is followed by one that was told.
  if (awaited !== null && awaited !== latest && (data.session === asker || data.heard)) whenIdle();
  if (before !== data.session && (!same(chosen(), data.said) || (known.history && !data.history))) return ask(known);
  if (!same(chosen(), data.said)) {
    const next = query();
    for (const [name] of chosen()) next.delete(name);
    for (const [name, value] of data.said) next.append(name, value);
    write(next);
  }
  remember(data.history);
}

/**
 * The address, and what could be undone before the page was loaded again.
 * @returns {Known}
 */
function state() {
  if (waiting) writeStep();
  let kept = null;
  const [arrival] = /** @type {PerformanceNavigationTiming[]} */ (performance.getEntriesByType("navigation"));
  const linked = NOW.session === null && arrival?.type === "navigate";
  try {
    kept = linked ? null : JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  } catch {
    // nothing is kept
  }
  return { session: NOW.session ?? "", address: location.search, history: kept?.edit === edit() ? kept.history : null };
}

const edit = () => query().get("edit") ?? "";

/** What can be undone belongs to the changes that stand in the address. @param {unknown} past */
function remember(past) {
  try {
    if (past) sessionStorage.setItem(KEPT, JSON.stringify({ edit: edit(), history: past }));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // no storage, or a full one: nothing outlives the server then
  }
}

// --- after a break

/** @type {HTMLElement | null} */
let watched = null;
let lost = false;
let broken = false;
let latest = ""; // the run that came last
/** The session that was asked after a break. @type {string | null} */
let asker = null;
/** The one before the run that is asked for after a break. @type {string | null} */
let awaited = null;
/** A text that was typed and not taken yet; `enter` where it waits to be sent. @type {{ field: string, text: string, enter?: KeyboardEventInit } | null} */
let typing = null;
const FIELDS = "[class*=st-key-] :is(input:not([type]), input[type=text], textarea)";
/** @typedef {HTMLInputElement | HTMLTextAreaElement} Field */
/** @param {EventTarget | null} target @returns {Field | null} */
const fieldOf = (target) =>
  target instanceof Element && target.matches(FIELDS) ? /** @type {Field} */ (target) : null;
/** @param {Element} field */
const keyOf = (field) =>
  [...(field.closest("[class*=st-key-]")?.classList ?? [])].find((name) => name.startsWith("st-key-")) ?? "";

/** Streamlit runs no page when the connection is back: an answer may be lost, and a new server knows nobody. */
function watch() {
  /** @type {HTMLElement | null} */
  const app = document.querySelector("[data-testid=stApp]");
  if (!app || app === watched) return;
  watched = app;
  new MutationObserver(() => {
    const connected = app.dataset.testConnectionState === "CONNECTED";
    if (connected && lost) {
      broken = true;
      awaited = latest;
      asker = NOW.session;
      ask(state());
    }
    lost = !connected;
    if (broken && connected && awaited === null && idle()) requestAnimationFrame(typeAgain);
  }).observe(app, { attributeFilter: ["data-test-connection-state", "data-test-script-state"] });
}

const idle = () => watched?.dataset.testScriptState === "notRunning";

/** The run has come, and ends; where all that it says comes at once, its end is no change that could be observed. */
function whenIdle() {
  if (awaited === null) return; // another run came first
  if (!idle()) {
    requestAnimationFrame(whenIdle);
    return;
  }
  awaited = null;
  typeAgain();
}

document.addEventListener(
  "input",
  ({ target }) => {
    const field = fieldOf(target);
    if (field) typing = { field: `.${CSS.escape(keyOf(field))}`, text: field.value };
  },
  true,
);

/** Streamlit takes a text on Enter and when its field is left; but a connection that is lost only switches the field off. @param {EventTarget | null} target */
function taken(target) {
  if (lost || (target instanceof HTMLInputElement && target.disabled)) return;
  if (target instanceof HTMLTextAreaElement && target.disabled) return;
  typing = null;
  broken = false;
}
document.addEventListener("focusout", ({ target }) => taken(target), true);
document.addEventListener(
  "keydown",
  (event) => {
    const { key, isComposing, target, ctrlKey, metaKey } = event;
    if (key !== "Enter" || isComposing || !(target instanceof HTMLInputElement || ctrlKey || metaKey)) return;
    if (awaited === null || !typing || !(target instanceof Element && target.matches(`${typing.field} *`))) {
      taken(target);
      return;
    }
    typing.enter = { key: "Enter", code: "Enter", keyCode: 13, ctrlKey, metaKey, bubbles: true, cancelable: true };
    event.stopPropagation(); // a new server takes no text before it knows the page
  },
  true,
);

/** A new session shows the old text in the field; what was typed stands there again, and waits for Enter as before. */
function typeAgain() {
  if (!typing) return;
  /** @type {Field | null} */
  const field = document.querySelector(`${typing.field} :is(input, textarea)`);
  if (!field || field.disabled) return;
  if (field.value !== typing.text) {
    // As React expects it: it looks at what the element's own setter was told.
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, typing.text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (document.activeElement === document.body) field.focus({ preventScroll: true });
  const { enter } = typing;
  if (enter) requestAnimationFrame(() => field.dispatchEvent(new KeyboardEvent("keydown", enter))); // when React knows the text
}
