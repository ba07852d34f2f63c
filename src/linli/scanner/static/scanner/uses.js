// Which cards and visitors' codes have passed here in this shift: "second time today, in at 09:41", and one code, one entry.
// It stands in memory, with the disk behind it: nothing is looked up while somebody waits. It dies with the list.

import { tally } from "./store.js";

let passed = new Map(); // permit or visit id → {n, at, direction, entered, gate}

export async function restore() {
  const rows = await tally.all();
  passed = new Map(rows.filter(([, use]) => typeof use === "object")); // older pages kept bare numbers
}

export async function clear() {
  passed = new Map();
  await tally.clear();
}

const sameDay = (a, b) => new Date(a).toDateString() === new Date(b).toDateString();

// {n, at, direction} of the last passage on the day of `nowMs`; undefined when there was none.
export function today(id, nowMs) {
  const use = passed.get(id);
  return use && sameDay(use.at, nowMs) ? use : undefined;
}

// The moment (ms) at which a visitor's code let somebody in, here or at a phone that the server told of; undefined while none has.
export const usedAt = (visit) => (passed.get(visit) || {}).entered;

// The id of the other gate at which that was; undefined when it was here.
export const usedGate = (visit) => (passed.get(visit) || {}).gate;

// What other phones did, by the server: rows [visit, ms, gate].
export function heard(rows) {
  for (const [visit, entered, gate] of rows) {
    const before = passed.get(visit) || { n: 0, direction: "in" };
    if (before.entered >= entered) continue;
    keep(visit, { ...before, entered, gate });
  }
}

// Resolves when the disk has it. It may refuse: the passage itself is what must not be lost, and it is kept elsewhere.
export function note(id, nowMs, direction) {
  const before = passed.get(id) || {};
  const came = direction === "in" ? { entered: nowMs } : { entered: before.entered, gate: before.gate };
  return keep(id, { n: ((today(id, nowMs) || {}).n || 0) + 1, at: nowMs, direction, ...came });
}

function keep(id, use) {
  passed.set(id, use);
  return tally.set(id, use).catch(() => {});
}
