// Which cards and visitors' codes have passed here in this shift: "second time today, in at 09:41", and one code, one entry.
// It stands in memory, with the disk behind it: nothing is looked up while somebody waits. It dies with the list.

import { tally } from "./store.js";

let passed = new Map(); // permit or visit id → {n, at, direction, entered}

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

// The moment (ms) at which this phone let a visitor's code in; undefined while it has not.
export const usedAt = (visit) => (passed.get(visit) || {}).entered;

// The disk may refuse: the passage itself is what must not be lost, and it is kept elsewhere.
export function note(id, nowMs, direction) {
  const before = passed.get(id) || {};
  const entered = direction === "in" ? nowMs : before.entered;
  const use = { n: ((today(id, nowMs) || {}).n || 0) + 1, at: nowMs, direction, entered };
  passed.set(id, use);
  tally.set(id, use).catch(() => {});
}
