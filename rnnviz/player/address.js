// The address bar has one writer, this module. The server says what was chosen; the step is the players' own, and no run
// of the page is made for it. What must outlive the server is kept here too: what can be undone, and a text half typed.

const KEPT = "rnnviz.history"; // in the tab's own storage
const PAUSE = 300; // ms between two steps in the address: browsers refuse hundreds of changes in a few seconds

/** One for all pages and players: the step, the last jump obeyed, the number that is chosen, the server's session. */
export const NOW = (window.rnnvizNow ??= { t: 1, seek: null, pick: null, session: null });

// Streamlit writes addresses as well: a bare path for another page, and the query that it remembers. The first takes the
// choices along, the second is left as it stands. A setting is no place to go back to: Back moves from page to page.
const real = (window.rnnvizHistory ??= { push: history.pushState.bind(history), replace: history.replaceState.bind(history) });
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

const names = new Set(); // of all choices
const query = () => new URLSearchParams(location.search);
const mine = (pairs) => [...pairs].filter(([name]) => names.has(name));
const chosen = () => mine(query()).filter(([name]) => name !== "t");
const same = (one, other) => JSON.stringify([...one].sort()) === JSON.stringify([...other].sort());

function write(pairs) {
  const said = String(new URLSearchParams(pairs));
  real.replace(history.state, "", location.pathname + (said && `?${said}`) + location.hash);
}

// --- the step

let waiting = 0, written = -Infinity;

/** The players came to another step. */
export function stepped() {
  clearTimeout(waiting);
  const wait = written + PAUSE - performance.now();
  if (wait > 0) waiting = setTimeout(writeStep, wait);
  else writeStep();
}

function writeStep() {
  clearTimeout(waiting);
  waiting = 0;
  const here = query();
  if ((here.get("t") ?? "1") === String(NOW.t)) return;
  here.set("t", NOW.t);
  written = performance.now();
  write(here);
}

window.addEventListener("popstate", () => { clearTimeout(waiting); waiting = 0; }); // it was another page's step

// --- what the server says

let ask = () => {}; // asks for a run of the page

/** A run of the page: what was chosen is written. A new session is told what it cannot know. */
export default function ({ data, setTriggerValue }) {
  for (const name of data.names) names.add(name);
  ask = (what) => setTriggerValue("asked", what);
  watch();
  const before = NOW.session, known = state();
  NOW.session = data.session;
  latest = `${data.session} ${data.run}`;
  if (awaited !== null && awaited !== latest) whenIdle();
  if (before !== data.session && (!same(chosen(), data.said) || (known.history && !data.history))) return ask(known);
  if (!same(chosen(), data.said)) {
    const next = query();
    for (const [name] of chosen()) next.delete(name);
    for (const [name, value] of data.said) next.append(name, value);
    write(next);
  }
  remember(data.history);
}

/** What a server must know that began anew: the address, and what could be undone before the page was loaded again. */
function state() {
  if (waiting) writeStep();
  let kept = null;
  const linked = NOW.session === null && performance.getEntriesByType("navigation")[0]?.type === "navigate";
  try { kept = linked ? null : JSON.parse(sessionStorage.getItem(KEPT)); } catch { /* nothing is kept */ }
  return { session: NOW.session ?? "", address: location.search, history: kept?.edit === edit() ? kept.history : null };
}

const edit = () => query().get("edit") ?? "";

/** What can be undone belongs to the changes that stand in the address. */
function remember(past) {
  try {
    if (past) sessionStorage.setItem(KEPT, JSON.stringify({ edit: edit(), history: past }));
    else sessionStorage.removeItem(KEPT);
  } catch { /* no storage, or a full one: nothing outlives the server then */ }
}

// --- after a break

let watched = null, lost = false, broken = false;
let latest = "", awaited = null; // the run that came last; the one before the run that is asked for after a break
let typing = null; // a text that was typed and not taken yet: {field, text}
const FIELDS = "[class*=st-key-] :is(input:not([type]), input[type=text], textarea)";
const keyOf = (field) => [...field.closest("[class*=st-key-]").classList].find((name) => name.startsWith("st-key-"));

/** Streamlit runs no page when the connection is back: an answer may be lost, and a new server knows nobody. */
function watch() {
  const app = document.querySelector("[data-testid=stApp]");
  if (app === watched) return;
  watched = app;
  new MutationObserver(() => {
    const connected = app.dataset.testConnectionState === "CONNECTED";
    if (connected && lost) { broken = true; awaited = latest; ask(state()); }
    lost = !connected;
    if (broken && connected && awaited === null && idle()) requestAnimationFrame(typeAgain);
  }).observe(app, { attributeFilter: ["data-test-connection-state", "data-test-script-state"] });
}

const idle = () => watched.dataset.testScriptState === "notRunning";

/** The run has come, and ends; where all that it says comes at once, its end is no change that could be observed. */
function whenIdle() {
  if (awaited === null) return; // another run came first
  if (!idle()) return requestAnimationFrame(whenIdle);
  awaited = null;
  typeAgain();
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.(FIELDS)) typing = { field: `.${CSS.escape(keyOf(target))}`, text: target.value };
}, true);

// Streamlit takes a text on Enter and when its field is left; but a connection that is lost only switches the field off.
const taken = ({ target }) => { if (!lost && !target.disabled) { typing = null; broken = false; } };
document.addEventListener("focusout", taken, true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey)) return;
  if (awaited === null || !typing || !event.target.matches(`${typing.field} *`)) return taken(event);
  typing.enter = { key: "Enter", code: "Enter", keyCode: 13, ctrlKey: event.ctrlKey, metaKey: event.metaKey, bubbles: true, cancelable: true };
  event.stopPropagation(); // a new server takes no text before it knows the page
}, true);

/** A new session shows the old text in the field; what was typed stands there again, and waits for Enter as before. */
function typeAgain() {
  const field = typing && document.querySelector(`${typing.field} :is(input, textarea)`);
  if (!field || field.disabled) return;
  if (field.value !== typing.text) {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, typing.text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (document.activeElement === document.body) field.focus({ preventScroll: true });
  const { enter } = typing;
  if (enter) requestAnimationFrame(() => field.dispatchEvent(new KeyboardEvent("keydown", enter))); // when React knows the text
}
