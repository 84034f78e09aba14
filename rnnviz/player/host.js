// Streamlit, as a player knows it: the element, the numbers of a run of the page, the theme, the step in the address.
// No other module but address.js knows of Streamlit.

import { NOW, stepped } from "./address.js";
import { dark } from "./drawing/colours.js";
import { unpacked } from "./packed.js";
import { chosenNumber } from "./panels/ask.js";
import { Player } from "./player.js";
import { State } from "./state.js";
import { Surface } from "./surface.js";

/** @import { Host } from "./player.js" */

/**
 * What Streamlit hands to a component.
 * @typedef {object} Component
 * @property {Uint8Array} data
 * @property {string} key
 * @property {HTMLElement} parentElement
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */
/**
 * A player on the page, what it tells the page, and what ends it.
 * @typedef {{ player: Player, tell: Component["setTriggerValue"], end: () => void }} Mounted
 */

/** What outlives a remount, by the key of the component. @type {Map<string, State>} */
const STATES = new Map();
/** The players that are on the page now. @type {Map<Element, Mounted>} */
const LIVE = new Map();

/** @returns {HTMLElement} */
const scroller = () => document.querySelector("[data-testid=stMain]") ?? document.documentElement;

/** @param {Player} player */
const follows = (player) => player.scene?.follows ?? false;

/**
 * @param {Element} root
 * @returns {Host}
 */
function hostOf(root) {
  return {
    scroller,
    beside: () => Math.max(0, document.querySelector("[data-testid=stSidebar]")?.getBoundingClientRect().right ?? 0),
    used: () => kept("rnnviz-used") === "yes",
    use: () => keep("rnnviz-used", "yes"),
    together: () => root.closest(".st-key-compare")?.clientWidth ?? 0,
    dark: () => dark(getComputedStyle(root).getPropertyValue("--st-background-color")),
    act: (what) => LIVE.get(root)?.tell("act", what),
    lead: (_, t) => [...LIVE.values()].find(({ player }) => player.scene?.head.side?.leads)?.player.time.go(t),
  };
}

/**
 * @param {HTMLElement} root
 * @param {string} key
 * @returns {Mounted}
 */
function mount(root, key) {
  const state = STATES.get(key) ?? new State();
  STATES.set(key, state);
  const player = new Player(root, state, hostOf(root));
  const unsubscribe = state.subscribe((changed) => {
    if (changed.has("pick") && state.now.pick) shutOthers(player);
    if (follows(player)) return;
    if (changed.has("t")) came(player);
    tellPick(player);
  });
  Object.assign(root, { rnnviz: new Surface(player) });
  const end = () => {
    unsubscribe();
    player.close();
  };
  return { player, tell: () => {}, end };
}

/** A player came to another step: the address says so, and a player that follows goes there too. @param {Player} player */
function came({ state, scene }) {
  NOW.t = state.now.t;
  stepped();
  if (!scene?.head.side?.leads) return;
  for (const { player: other } of LIVE.values()) {
    if (follows(other) && NOW.t <= (other.scene?.head.T ?? 0)) other.state.set({ t: NOW.t, moved: state.now.moved });
  }
}

/** What this browser keeps; null where it keeps nothing. @param {string} name */
function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** @param {string} name @param {string} value */
function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // then the next visit is a first one again
  }
}

/** One answer at a time. @param {Player} player */
function shutOthers(player) {
  for (const { player: other } of LIVE.values()) if (other !== player) other.state.set({ pick: null });
}

/**
 * Keep which number was asked last, for whoever asks when the answer is closed; while there is such a number.
 * @param {Player} player
 */
function tellPick({ scene }) {
  if (!scene) return;
  const [name, i, t] = NOW.pick ?? ["", 0, 0];
  const there = i < (scene.head.signals[name]?.n ?? 0) && t <= scene.head.T;
  NOW.pick = chosenNumber(scene) ?? (there ? NOW.pick : null);
}

/** One run of the script: decode its numbers and show them. Returns the clean-up. @param {Component} component */
export default function ({ data, key, parentElement, setTriggerValue }) {
  const root = /** @type {HTMLElement} */ (parentElement.querySelector(".rnnviz-player"));
  const { head, values } = unpacked(data);
  const mounted = LIVE.get(root) ?? mount(root, key);
  LIVE.set(root, mounted);
  mounted.tell = setTriggerValue;
  const { player } = mounted;
  const follower = head.side?.leads === false;
  const [seek, at] = head.seek;
  let part = player.state.now.part;
  // A jump is obeyed once; the first of a session ("") only by a page just loaded, as a server may begin anew.
  if (seek !== NOW.seek) {
    if (seek || NOW.seek === null) {
      NOW.t = at;
      part = null;
    }
    NOW.seek = seek;
  }
  if (!follower) {
    NOW.t = head.film ? Math.max(1, Math.min(NOW.t, head.T + 1)) : Math.min(NOW.t, head.T);
    stepped();
  }
  player.update(head, values, { t: follower ? Math.min(NOW.t, head.T) : NOW.t, part }).then(() => {
    if (!follower) tellPick(player);
  });
  return () => {
    mounted.end();
    LIVE.delete(root);
    if (!follower) NOW.pick = null;
  };
}
