// The shift on this phone: who it is, what it carries, what it has been told by the server.

import { call, Refused, Unreachable } from "./api.js";
import * as clock from "./clock.js";
import * as devices from "./device.js";
import * as packs from "./pack.js";
import * as queue from "./queue.js";
import * as memory from "./memory.js";
import { meta, StoreError } from "./store.js";
import * as uses from "./uses.js";

const BEAT = 60000;
const PACK_EVERY = 5 * 60000;
const FOUND_GONE = new Set(["cut_off", "shift_over", "unknown_device"]);

export const session = {
  device: null,
  direction: "in",
  counted: 0,
  inside: null,
  differs: null, // the server's other decision about a check of ours
  storeFails: false,
  unsaved: [], // records that the disk refused, kept in memory
  update: false,
};

const listeners = new Set();
export const listen = (listener) => listeners.add(listener);
export const changed = () => listeners.forEach((listener) => listener());

export async function restore() {
  await clock.restore();
  session.device = (await devices.current()) || null;
  session.direction = (await meta.get("direction")) || "in";
  session.counted = (await meta.get("counted")) || 0;
  if (session.device && !session.device.cutOff) await packs.restore();
  if (packs.current()) await uses.restore();
  else await uses.clear();
  limitDirection();
  await queue.refresh();
}

// "enrol": no device yet; "cut": stopped by the office; "over": shift and pack ended; "nopack": not fetched yet.
export function mode() {
  if (!session.device) return "enrol";
  if (session.device.cutOff) return "cut";
  if (packs.isDead() || (!packs.current() && clock.latestSeen() > deadline())) return "over";
  return packs.current() ? "ready" : "nopack";
}

const deadline = () => Date.parse(session.device.shift.end) + 3600000;

export const plainToken = (text) =>
  String(text || "")
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "");

// A walker's phone is bound to an office and to no gate (decision 0128).
export const isWalker = () => Boolean(session.device && session.device.kind === "walker");

// What an enrolment QR or link says: `#e=` a gate's code, `#w=` a walker's; else undefined.
export function linkOf(text) {
  const found = /\/scan\/?#([ew])=([0-9A-Za-z -]{8,20})$/.exec(String(text).trim());
  return found ? { token: plainToken(found[2]), walker: found[1] === "w" } : undefined;
}

// Spends the token by POST. Throws Unreachable (not spent) or Refused.
export async function enrol(token, name, walks = false) {
  const keys = await devices.newKey();
  await meta.set("enrolling", { keys, at: Date.now() }); // a phone that cannot store must not spend a code
  const body = { token, public_key: await devices.publicKeyText(keys), name, user_agent: navigator.userAgent };
  const { device: id, kind = "gate", walker, gate, neighbourhood, shift, role } = await spend(body, walks);
  await forget();
  const where = gate || { id: null, name: walker, directions: ["in"] };
  await devices.remember({ id, kind, keys, gate: where, neighbourhood, shift, name, role: role || null, cutOff: false });
  await meta.remove("enrolling");
  memory.forget();
  session.device = await devices.byId(id);
  session.counted = 0;
  await meta.set("counted", 0);
  limitDirection();
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  await refreshPack().catch(() => {});
  beat();
  changed();
}

// A walker's link says whose the code is. Eight characters typed do not: the gates are asked first, then the rounds.
async function spend(body, walks) {
  if (walks) return call("POST", "enrol", { body, kind: "walker" });
  try {
    return await call("POST", "enrol", { body });
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "token_spent") throw error;
    return call("POST", "enrol", { body, kind: "walker" });
  }
}

function limitDirection() {
  const allowed = directions();
  if (!allowed.includes(session.direction)) [session.direction] = allowed;
}

export function directions() {
  const told = session.device && session.device.gate && session.device.gate.directions;
  if (told === "in" || told === "out") return [told];
  return Array.isArray(told) && told.length ? told : ["in", "out"];
}

export async function setDirection(direction) {
  session.direction = direction;
  changed();
  await meta.set("direction", direction);
}

let fetchedAt = 0;

export async function refreshPack() {
  const pack = await packs.fetchPack(session.device);
  fetchedAt = clock.now();
  if (pack.rules) await keep({ rules: `${pack.rules.code}@${pack.rules.version}` });
  changed();
}

async function keep(facts) {
  session.device = await devices.change(session.device.id, facts);
}

// What was carried for the shift: the list, which cards and codes have passed, in whose hands travellers were.
async function forget() {
  await packs.destroy();
  await uses.clear();
  await meta.remove("handovers");
}

// A browser that cleared its storage under the open page: the page still has the key; the list comes anew.
async function heal() {
  if (await meta.get("device")) return;
  await devices.rememberAgain(session.device.id);
  await refreshPack().catch(() => {});
}

async function cutOff() {
  await keep({ cutOff: true });
  await forget();
  queue.kick();
  changed();
}

let beating = null;
let following = null;

// One at a time. Who asks while one is under way waits for the next: the server may have answered before the question.
export function beat() {
  if (!session.device) return Promise.resolve();
  if (!beating) {
    beating = beatOnce().finally(() => {
      beating = null;
    });
    return beating;
  }
  if (!following) {
    const next = () => {
      following = null;
      return beat();
    };
    following = beating.then(next, next);
  }
  return following;
}

async function beatOnce() {
  const pack = packs.current();
  try {
    const answer = await call("POST", "beat", {
      device: session.device,
      body: {
        queued: queue.state.count,
        pack_version: pack ? pack.version : null,
        app: appVersion(),
        battery: await batteryLeft(),
      },
    });
    queue.state.online = true;
    take(answer);
    if (answer.cut_off) return cutOff();
    await heal();
    await keepChanged(answer);
    await packs.revoke([...(answer.revoked || []), ...(answer.revoked_permits || [])]);
    if (packs.current()) uses.heard(answer.used || []);
    if (session.device.cutOff) await keep({ cutOff: false });
    if (wantsPack(pack, answer)) await refreshPack();
    if (queue.state.count) queue.flush();
  } catch (error) {
    if (error instanceof Unreachable) queue.state.online = false;
    else if (error instanceof Refused && FOUND_GONE.has(error.code)) await cutOff();
    else if (error instanceof StoreError) session.storeFails = true;
    else if (!(error instanceof Refused)) throw error;
  }
  return changed();
}

// The office may lengthen a shift or give the phone to somebody of another role.
async function keepChanged({ shift, role }) {
  const { device } = session;
  if (shift && shift.end !== device.shift.end) await keep({ shift });
  if (role && role !== device.role) await keep({ role });
}

// Per cent, where the browser tells.
async function batteryLeft() {
  const battery = navigator.getBattery ? await navigator.getBattery().catch(() => null) : null;
  return battery ? Math.round(battery.level * 100) : null;
}

// Cards being handed out change the list all day, and a list is a megabyte: a changed one is fetched every few minutes,
// other rules at once. What was revoked comes with every beat, and whose code let somebody in elsewhere.
function wantsPack(pack, answer) {
  if (mode() === "nopack") return true;
  if (!pack || packs.isDead() || answer.pack_version === pack.version) return false;
  if (!pack.rules) return true; // a walker's own few targets
  const rules = `${pack.rules.code}@${pack.rules.version}`;
  return (answer.rules && answer.rules !== rules) || clock.now() - fetchedAt > PACK_EVERY;
}

// Numbers that any answer may carry.
function take(answer) {
  if (Number.isInteger(answer.inside)) session.inside = answer.inside;
}

export const appVersion = () => (/\/v\/([0-9a-f]+)\//.exec(import.meta.url) || ["", ""])[1];

export function begin() {
  setInterval(beat, BEAT);
  setInterval(async () => {
    clock.remember();
    if (packs.isDead()) {
      await forget();
      changed();
    }
    memory.note(session.device, queue.state.count);
  }, 10000);
  window.addEventListener("pagehide", () => memory.note(session.device, queue.state.count));
  window.addEventListener("online", () => {
    beat();
    queue.kick();
  });
  // Timers sleep with the screen: ask at once when the guard looks again.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "visible") return;
    beat();
    queue.kick();
  });
  window.addEventListener("offline", () => {
    queue.state.online = false;
    changed();
  });
  queue.listen(({ results, answer }) => {
    if (answer) take(answer);
    const other = (results || []).find((result) => result.overridden && result.decision);
    if (other) session.differs = other.decision;
    changed();
  });
  beat();
  queue.kick();
}
