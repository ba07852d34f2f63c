// Recording: first the disk, then the network. When the disk refuses, the network directly; when both refuse, memory
// and a sentence that says to write it on paper. Nothing is dropped in silence.

import { call } from "./api.js";
import { decideDraft, newDraft, recording, recordOf } from "./check.js";
import { now } from "./clock.js";
import * as packs from "./pack.js";
import * as party from "./party.js";
import * as queue from "./queue.js";
import { changed, session } from "./session.js";
import { meta, StoreError } from "./store.js";
import * as uses from "./uses.js";
import { uuid7 } from "./uuid7.js";

// → {check, stored: "disk" | "server" | "memory", error}
export async function record(draft, decision) {
  const pack = packs.current();
  const check = recordOf(draft, decision, pack, { nowMs: now(), madeOffline: !queue.isOnline() });
  const passed = draft.visit || draft.permitId;
  const isUse = decision.outcome === "admitted" && passed && recording(pack, now());
  const noted = isUse ? uses.note(passed, now(), draft.direction) : null;
  const kept = await keep(check);
  await noted; // a phone that dies after the word was said still knows that the code was used
  party.recorded(draft);
  return kept;
}

// The wish for a review of a row of ours: it waits in the queue like a row, and names the one that it is about.
export async function askReview(check) {
  const wish = { id: uuid7(now()), review: true, follows: check.id, happened_at: new Date(now()).toISOString() };
  const kept = await keep(wish, 0);
  return kept.stored !== "memory";
}

// An emergency needs no card, no pack and no answer: the row is written while the bar is already up.
export function recordEmergency() {
  const pack = packs.current();
  const draft = newDraft(now(), session.direction, { way: "emergency", klass: "emergency", emergency: true });
  const rules = pack ? undefined : (session.device.rules || "none@0").split("@");
  const stand = pack || { rules: { code: rules[0], version: rules[1] }, operation: null, holds: new Map() };
  const decision = decideDraft(draft, stand, now());
  return keep(recordOf(draft, decision, stand, { nowMs: now(), madeOffline: !queue.isOnline() }));
}

// `people`: how many stand behind the row; a wish and a visit are nobody. `notes`: what the page remembers of it, key → value.
export async function keep(check, people = 1, notes = {}) {
  session.counted += people;
  meta.set("counted", session.counted).catch(() => {});
  try {
    await queue.add(check, session.device.id, notes);
    session.storeFails = false;
    return { check, stored: "disk" };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    session.storeFails = true;
    const sent = await sendNow(check);
    if (!sent) session.unsaved.push(check);
    changed();
    return { check, stored: sent ? "server" : "memory", error };
  }
}

async function sendNow(check) {
  try {
    const body = { checks: [{ ...check, seq: 0 }], sent_at: now() };
    const answer = await call("POST", "checks", { device: session.device, body, timeout: 5000 });
    return (answer.results || []).some((result) => result.id === check.id);
  } catch {
    return false;
  }
}

// Try again for what is only in memory; true when nothing is left there.
export async function saveAgain() {
  while (session.unsaved.length) {
    const [check] = session.unsaved;
    try {
      await queue.add(check, session.device.id);
    } catch {
      if (!(await sendNow(check))) return false;
    }
    session.unsaved.shift();
  }
  session.storeFails = false;
  changed();
  return true;
}

export const outcomeOf = (draft, pack) => decideDraft(draft, pack, now());
