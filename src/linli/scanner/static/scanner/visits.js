// A visitor's code: one gate, one entry (G09). What this phone and its list know of it, and the question to the server.

import { call, Refused, Unreachable } from "./api.js";
import { now } from "./clock.js";
import * as packs from "./pack.js";
import * as queue from "./queue.js";
import { session } from "./session.js";
import * as uses from "./uses.js";

const PATIENCE = 3000; // somebody is standing there

const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

// Whether the code has had its entry: here, or, as the list says, anywhere.
export function isUsed(pack, visit, nowMs) {
  const row = pack.visits.get(visit) || {};
  if (row.entries === "many") return false;
  const here = uses.usedAt(visit);
  if (row.entries === "daily") return here !== undefined && sameDay(here, nowMs);
  return here !== undefined || Boolean(row.used);
}

// What the server's word makes of the draft; a state that we do not know changes nothing.
const STATES = { used: "used", cancelled: "cancelled", not_yet: "not_yet", expired: "expired", unknown: "unknown" };

const usedOf = (use) => use && { at: Date.parse(use.at), gate: use.gate.name };

// When and where a used code had its entry, as far as this phone knows.
export function usedHere(visit) {
  const at = uses.usedAt(visit);
  if (at === undefined) return null;
  const gate = uses.usedGate(visit);
  const name = gate === undefined ? session.device.gate.name : ((packs.current() || {}).gates || {})[gate];
  return name ? { at, gate: name } : null;
}

// At a gate that the code does not name: may it be taken here? → facts for the draft, or null when the server is not heard.
export async function askServer(draft) {
  if (!queue.isOnline()) return null;
  try {
    const body = { check: draft.id, happened_at: new Date(now()).toISOString() };
    const answer = await call("POST", `visits/${draft.visit}/use`, { device: session.device, body, timeout: PATIENCE });
    if (answer.state === "free") return { granted: true };
    return STATES[answer.state] ? { card: STATES[answer.state], used: usedOf(answer.used) } : null;
  } catch (error) {
    if (error instanceof Unreachable || error instanceof Refused) return null;
    throw error;
  }
}
