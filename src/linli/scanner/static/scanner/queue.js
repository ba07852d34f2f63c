// What the gate has done and the server has not yet heard. A row leaves the phone only after the server has
// named its id in an answer; ids are made here, so sending twice is never two passages.

import { call, Refused, Unreachable } from "./api.js";
import { now } from "./clock.js";
import * as devices from "./device.js";
import { enqueue, queued } from "./store.js";

const BATCH = 200;
const BYTES = 2_000_000; // photos are heavy: a batch stays below what the server takes
const FIRST_WAIT = 2000;
const LONGEST_WAIT = 60000;
const LOCAL = ["device", "parked", "weight"];

let wait = FIRST_WAIT;
let timer = null;
let running = null;
let limit = BATCH;
let lastSeq = 0;
let writing = 0;
const listeners = new Set();
const unsent = new Map(); // what the server has not named yet: a database that is wiped under the page gets it back
export const state = { count: 0, parked: 0, online: navigator.onLine, lastUpload: 0, error: null };

// An answer that was under way when the network went does not bring it back.
export const isOnline = () => state.online && navigator.onLine;

// Whether a row has not been named by the server yet.
export const isWaiting = (id) => unsent.has(id);

export const listen = (listener) => listeners.add(listener);
const tell = (what) => listeners.forEach((listener) => listener(what || {}));

async function all() {
  const stored = await queued.all();
  const there = new Set(stored.map((row) => row.id));
  const lost = [...unsent.values()].filter((row) => !there.has(row.id));
  stored.forEach((row) => unsent.set(row.id, row));
  if (!lost.length) return stored;
  await queued.change(lost);
  return [...stored, ...lost];
}

export async function refresh() {
  const rows = await all();
  state.parked = rows.filter((row) => row.parked).length;
  state.count = rows.length - state.parked;
  tell();
}

// Nothing waits here, and nothing is on its way to the disk.
export const isEmpty = () => state.count === 0 && writing === 0;

// Write the row to the disk, with the page's notes about it, then try to send. Resolves when the disk has it.
export async function add(check, deviceId, notes) {
  writing += 1;
  const stored = await enqueue({ ...check, device: deviceId }, lastSeq, notes).finally(() => {
    writing -= 1;
  });
  lastSeq = Math.max(lastSeq, stored.seq);
  unsent.set(stored.id, stored);
  state.count += 1;
  tell();
  kick();
  return stored;
}

export function kick() {
  clearTimeout(timer);
  timer = null;
  wait = FIRST_WAIT;
  return flush();
}

export function flush() {
  if (!running) {
    const turn = async () => {
      while (await uploadOnce());
    };
    const alone = navigator.locks ? navigator.locks.request("linli-upload", turn) : turn();
    running = Promise.resolve(alone)
      .catch(later)
      .finally(() => {
        running = null;
      });
  }
  return running;
}

function later(error) {
  state.online = !(error instanceof Unreachable);
  state.error = error instanceof Unreachable ? null : error;
  tell();
  clearTimeout(timer);
  timer = setTimeout(flush, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

const bare = (row) => Object.fromEntries(Object.entries(row).filter(([key]) => !LOCAL.includes(key)));

// As many rows as one request may carry; the first always goes.
function fitting(rows) {
  let left = BYTES;
  const over = rows.findIndex((row, i) => {
    left -= row.weight || 0;
    return i > 0 && left < 0;
  });
  return rows.slice(0, over < 0 ? limit : Math.min(limit, over));
}

// Send one batch of one device; true while there may be more.
async function uploadOnce() {
  const rows = (await all()).filter((row) => !row.parked);
  if (!rows.length) {
    limit = BATCH;
    return false;
  }
  const batch = fitting(rows.filter((row) => row.device === rows[0].device));
  const device = await devices.byId(rows[0].device);
  if (!device) {
    await park(batch);
    return true;
  }
  let answer;
  try {
    answer = await call("POST", "checks", {
      device,
      body: { checks: batch.map(bare), sent_at: now() },
      timeout: 30000,
    });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refused(error, batch);
  }
  const done = new Set((answer.results || []).map((result) => result.id));
  const gone = batch.filter((row) => done.has(row.id)).map((row) => row.id);
  if (!gone.length) throw new Refused(200, { error: "nothing_named", message: "" });
  gone.forEach((id) => unsent.delete(id));
  await queued.remove(gone);
  Object.assign(state, { online: true, error: null, lastUpload: now() });
  limit = Math.min(BATCH, limit * 2);
  await refresh();
  tell({ results: answer.results, answer });
  return true;
}

async function refused(error, batch) {
  if (error.keep && error.status !== 413) throw error;
  // Too large, or not to be kept: find the one row it is about; that one is set aside, never thrown away.
  if (batch.length > 1) {
    limit = Math.max(1, Math.floor(batch.length / 2));
    return true;
  }
  await park(batch);
  return true;
}

async function park(batch) {
  await queued.change(batch.map((row) => ({ ...row, parked: true })));
  await refresh();
}
