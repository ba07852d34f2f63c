// Travellers on this phone: who is in its bearer's hands, who is to come, what was confirmed and taken back. No page.
//
// A hand-over has one id, whichever side is heard first: the giver's phone makes it of four digits by chance and of who is ticked,
// so that a scanned code and six digits read aloud name the same one (handover-ticket.js).

import { now } from "./clock.js";
import { codeFor, fourDigits, idOf, isSignedBy, write } from "./handover-ticket.js";
import * as packs from "./pack.js";
import * as queue from "./queue.js";
import { keep } from "./record.js";
import { session } from "./session.js";
import { meta } from "./store.js";
import { uuid7 } from "./uuid7.js";

const BACK_FOR = 12 * 3600000; // so long a page that was closed meanwhile still offers one step back
// moved: traveller → {place, words, since, row, pack}, what this phone knows better than its pack; offers: shown here and not yet said
// to be confirmed, {handover, code, text, travellers, counted, at}; last: for one step back, {handover, before, n, what, at}.
const nothing = () => ({ device: session.device && session.device.id, moved: {}, offers: [], last: null });
let kept = nothing();

export async function restore() {
  kept = (await meta.get("handovers")) || nothing();
  if (kept.last && now() - kept.last.at > BACK_FOR) kept.last = null;
}

// Of who carries the phone now: whoever carried it before has left nothing here.
function state() {
  if (kept.device !== (session.device && session.device.id)) kept = nothing();
  return kept;
}

// What the pack has of journeys: {runs, people, phones}; null for somebody who brings nobody home.
export const part = () => {
  const pack = packs.current();
  return (pack && pack.rooms && pack.rooms.journeys) || null;
};

// {place: "me" | "other" | "home" | "listed", words, since}: in whose hands somebody is. A newer pack knows what the server has heard.
export function stateOf(person) {
  const own = state().moved[person.id];
  return own && isNewer(own) ? own : person;
}

const isNewer = (own) => own.pack === packs.current().version || queue.isWaiting(own.row);

const offered = () => new Set(state().offers.flatMap((one) => one.travellers));
const everybody = () => (part() ? part().people : []);
const whoIs = (wanted) => everybody().filter((one) => wanted(stateOf(one).place, one));

export function mine() {
  const out = offered();
  return whoIs((place, one) => place === "me" && !out.has(one.id));
}
export const coming = () => whoIs((place) => place === "other" || place === "listed");
export const atHome = () => whoIs((place) => place === "home");
export const holding = () => whoIs((place) => place === "me").length;
export const isUnderWay = () => Boolean(part()) && (state().last !== null || everybody().some((one) => stateOf(one).place !== "home"));
// Who is on the run of these people and in nobody's hands yet.
export const unmetWith = (people) => whoIs((place, one) => place === "listed" && one.run !== null && people.some((each) => each.run === one.run));
export const personOf = (id) => everybody().find((one) => one.id === id);

// Shown to somebody who has not confirmed, as far as this phone knows; gone once a pack says that they are elsewhere.
export const open = () =>
  state().offers.filter((one) => one.travellers.some((id) => personOf(id) && stateOf(personOf(id)).place === "me"));

// People by their run, in the pack's order; those without a run last. → [{run, people}]
export function byRun(people) {
  const runs = [...part().runs, null];
  const of = (run, i) => people.filter((one) => (run ? one.run === i : one.run === null));
  return runs.map((run, i) => ({ run, people: of(run, i) })).filter((group) => group.people.length);
}

// People by their own door. → [{home, building, door, people}]
export function byDoor(people) {
  const doors = new Map();
  for (const one of people) {
    if (!doors.has(one.home)) doors.set(one.home, { home: one.home, building: one.building, door: one.door, people: [] });
    doors.get(one.home).people.push(one);
  }
  return [...doors.values()];
}

const ids = (people) => people.map((one) => one.id);

// What this phone shows to whoever takes these people: {handover, code, text, …}; recorded as its bearer's own word. `notMet`: ids of who
// of their run is in nobody's hands, as the bearer has seen.
export async function offer(people, counted, notMet = []) {
  const travellers = ids(people);
  const at = now();
  const code = await codeFor(fourDigits(), travellers);
  const handover = await idOf(code, travellers);
  const { id: device, keys } = session.device;
  const text = await write({ handover, device, at, counted, travellers }, keys.privateKey);
  const one = { handover, code, text, travellers, counted, at };
  state().offers.push(one);
  const result = await confirm({ handover, side: "gave", people, counted, at, way: "scan", code, notMet });
  return { ...one, kept: result };
}

// Whose code it is, by the phone's key in the pack: {mine, known, right, words}. `right`: its signature fits.
export async function giverOf({ ticket, body, signature }) {
  const [key, words] = part().phones[ticket.device] || [];
  const right = Boolean(key) && (await isSignedBy({ body, signature }, key));
  return { mine: ticket.device === session.device.id, known: Boolean(key), right, words };
}

// This side of a hand-over, or both where the other side has no phone: `other` who that is, `otherWay` how he confirmed.
export async function confirm(facts) {
  const { handover, side, people, counted, at = now(), way = "word", other = null, otherWay = null } = facts;
  const row = {
    id: uuid7(at),
    kind: "handover",
    handover,
    side,
    travellers: ids(people),
    counted,
    not_met: facts.notMet || [],
    happened_at: new Date(at).toISOString(),
    made_offline: !queue.isOnline(),
    way,
    other,
    other_way: otherWay,
    code: facts.code || null,
    ticket: facts.ticket || null,
    signature: facts.signature || null,
  };
  const before = Object.fromEntries(people.map((one) => [one.id, stateOf(one)]));
  const place = placeAfter(side, other, otherWay);
  people.forEach((one) => mark(one.id, { place, words: facts.words || "", since: at }, row.id));
  state().last = { handover, before, n: people.length, what: place === "me" ? side : place, at };
  if (otherWay) drop(handover);
  return finish(row);
}

const FINAL = ["central", "hospital", "elsewhere"]; // as Hands.FINAL_ROLES: who is there has arrived

function placeAfter(side, other, otherWay) {
  if (side === "took" || !otherWay) return "me"; // who has not been taken over is still the giver's
  return other.place || FINAL.includes(other.role) ? "home" : "other";
}

// The other side says that it has them: nothing to send, its own phone does.
export async function handed(handover) {
  const { offers, moved, last } = state();
  const one = offers.find((each) => each.handover === handover);
  drop(handover);
  one.travellers.forEach((id) => mark(id, { place: "other", words: "", since: one.at }, moved[id] && moved[id].row));
  if (last && last.handover === handover) last.what = "other";
  await meta.set("handovers", notes().handovers).catch(() => {});
}

export const newHandover = () => uuid7(now());
export const lastRecorded = () => state().last;

// A wrong tap, or nobody came: a row of its own takes the hand-over back; nothing is deleted.
export async function takeBack(handover = state().last.handover) {
  const at = now();
  const row = {
    id: uuid7(at),
    kind: "handover_annulment",
    handover,
    why: "not_done",
    happened_at: new Date(at).toISOString(),
  };
  const { last } = state();
  const before = last && last.handover === handover ? last.before : {};
  Object.entries(before).forEach(([id, was]) => mark(id, was, row.id));
  drop(handover);
  state().last = null;
  return finish(row);
}

function drop(handover) {
  state().offers = state().offers.filter((one) => one.handover !== handover);
}

function mark(id, { place, words, since }, row) {
  state().moved[id] = { place, words, since, row, pack: packs.current().version };
}

// What is to be remembered: what a newer pack knows better is not kept here.
function notes() {
  const { moved } = state();
  Object.keys(moved).forEach((id) => isNewer(moved[id]) || delete moved[id]);
  return { handovers: state() };
}

// The row and what the list shows of it go to the disk together.
const finish = (row) => keep(row, 0, notes());
