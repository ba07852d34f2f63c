// A walker's rounds on this phone: what is left, what was recorded, what was taken back. No page.

import { now } from "./clock.js";
import * as packs from "./pack.js";
import * as queue from "./queue.js";
import { keep } from "./record.js";
import { meta } from "./store.js";
import { uuid7 } from "./uuid7.js";

let walked = {}; // target id → {outcome, back, row, pack}: what this phone knows better than its pack
let last = null; // the last thing recorded, for one step back: {id, before}

export async function restore() {
  walked = (await meta.get("walked")) || {};
}

const pack = () => packs.current();

// {outcome, back}: the last thing that came of a target. A newer pack knows what the server has heard; what still waits here is newer.
export function stateOf(target) {
  const own = walked[target.id];
  const holds = own && (own.pack === pack().version || queue.isWaiting(own.row));
  return holds ? { outcome: own.outcome, back: own.back } : { outcome: target.outcome, back: target.call_back_at };
}

export const isDone = (target) => stateOf(target).outcome === "done";

// The rounds with their targets in walking order: [{round, targets, left}].
export function rounds() {
  return pack().rounds.map((round, index) => {
    const targets = pack().targets.filter((one) => one.round === index);
    return { round, targets, left: targets.filter((one) => !isDone(one)).length };
  });
}

// Doors of one building stand together; everything else alone, and so does whoever is visited at times of his own. → [{building, targets}]
const TOGETHER = 3;
const isDoor = (target) => target.dwelling && !target.own;
export function groups(targets) {
  const found = [];
  for (const target of targets) {
    const open = found[found.length - 1];
    if (open && isDoor(target) && open.building === target.building) open.targets.push(target);
    else found.push({ building: isDoor(target) ? target.building : null, targets: [target] });
  }
  return found.flatMap((group) =>
    group.targets.length < TOGETHER ? group.targets.map((one) => ({ building: null, targets: [one] })) : [group],
  );
}

// The next one to go to after `targets`, in walking order; undefined when the round is done.
export function nextAfter(targets) {
  const of = targets[0].round;
  const way = pack().targets.filter((one) => one.round === of);
  const at = way.findIndex((one) => one.id === targets[targets.length - 1].id);
  const open = (one) => !stateOf(one).outcome;
  return way.slice(at + 1).find(open) || way.find(open);
}

export const sheetOf = (target) => {
  const { sheet } = pack().rounds[target.round];
  return sheet ? pack().sheets[sheet] : null;
};

// Above the thumb's reach of one request: photos go in batches of so many bytes (queue.js).
const weightOf = (photos) => photos.reduce((sum, one) => sum + one.jpeg.length, 0);

// One visit for any number of targets of one round. `back`: when they asked to be called, ms; `name`: what it is called on the page.
export async function record(targets, { outcome, name, back = null, values = {}, photos = [], note = "" }) {
  const at = now();
  const row = {
    id: uuid7(at),
    kind: "visit",
    occurrence: pack().rounds[targets[0].round].id,
    targets: targets.map((one) => [one.id, outcome, back === null ? null : new Date(back).toISOString()]),
    values,
    photos,
    note,
    happened_at: new Date(at).toISOString(),
    made_offline: !queue.isOnline(),
    weight: weightOf(photos),
  };
  const before = Object.fromEntries(targets.map((one) => [one.id, stateOf(one)]));
  targets.forEach((one) => mark(one.id, { outcome, back }, row));
  last = { id: row.id, before, n: targets.length, outcome, name };
  return finish(row);
}

// Something seen on the way, without a target.
export async function report({ place, note, due, photos = [] }) {
  const at = now();
  last = null;
  return finish({
    id: uuid7(at),
    kind: "observation",
    place,
    note,
    due_on: due,
    photos,
    source: "",
    happened_at: new Date(at).toISOString(),
    made_offline: !queue.isOnline(),
    weight: weightOf(photos),
  });
}

export const lastRecorded = () => last;

// A wrong tap: a row of its own takes the visit back; nothing is deleted.
export async function takeBack() {
  const { id, before } = last;
  const at = now();
  const row = { id: uuid7(at), kind: "annulment", visit: id, happened_at: new Date(at).toISOString() };
  Object.entries(before).forEach(([target, was]) => mark(target, was, row));
  last = null;
  return finish(row);
}

function mark(target, { outcome, back }, row) {
  walked[target] = { outcome, back, row: row.id, pack: pack().version };
}

// The row is what counts; the mark comes again with the next pack.
const finish = (row) => keep(row, 0, { walked });
