// The sealed pack: at a gate who may come in here, without full names, numbers or phones; for a walker his own targets. It is stored as the
// server sealed it, opened with a key that cannot leave the browser, and dies at shift end + 1 h.

import { call } from "./api.js";
import { fromBase64url, fromUtf8 } from "./bytes.js";
import { latestSeen, now } from "./clock.js";
import { importKeys } from "./permit-code.js";
import { meta } from "./store.js";

let open = null; // the opened, indexed pack
let revoked = new Set();

// The rule set that holds at a moment: a switch ordered beforehand comes with the pack and needs no network (G08).
export const rulesAt = (pack, nowMs) =>
  (pack.timetable || []).reduce((found, next) => (next.from_ms <= nowMs ? next.rules : found), pack.rules);

export function current() {
  if (open && open.rules) open.rules = rulesAt(open, now());
  return open;
}

export const isRevoked = (card) => revoked.has(card);

export async function destroy() {
  open = null;
  revoked = new Set();
  await meta.remove("pack");
  await meta.remove("revoked");
}

export async function fetchPack(device) {
  const answer = await call("GET", "pack", { device, timeout: 30000 });
  const key = await crypto.subtle.importKey("raw", fromBase64url(answer.key), "AES-GCM", false, ["decrypt"]);
  const stored = {
    version: answer.version,
    expires: Date.parse(answer.expires),
    iv: fromBase64url(answer.iv),
    sealed: fromBase64url(answer.sealed),
    key,
  };
  const opened = await unseal(stored);
  await meta.set("pack", stored);
  revoked = new Set();
  await meta.set("revoked", []);
  open = opened;
  return open;
}

// Open the stored pack; undefined when there is none or its time is over.
export async function restore() {
  const stored = await meta.get("pack");
  if (!stored) return undefined;
  if (latestSeen() >= stored.expires) {
    await destroy();
    return undefined;
  }
  revoked = new Set((await meta.get("revoked")) || []);
  try {
    open = await unseal(stored);
  } catch {
    await destroy(); // damaged: the server seals a new one at the next contact
  }
  return open || undefined;
}

export const isDead = () => Boolean(open) && latestSeen() >= open.expires;

export async function revoke(cards) {
  if (!Array.isArray(cards)) return;
  const before = revoked.size;
  cards.forEach((card) => revoked.add(card));
  if (revoked.size !== before) await meta.set("revoked", [...revoked]);
}

async function unseal(stored) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: stored.iv }, stored.key, stored.sealed);
  const content = JSON.parse(fromUtf8(plain));
  if (content.targets) return { ...content, version: stored.version, expires: stored.expires };
  return { ...index(content, stored), keys: await importKeys(content.keys) };
}

const CARD_FIELDS = ["card", "permit", "number", "status", "from", "until", "klass", "person"];
const VISIT_FIELDS = ["visit", "number", "klass", "gate", "dwelling", "purpose", "from", "until", "party", "used", "entries"];
const named = (fields, row) => Object.fromEntries(fields.map((name, i) => [name, row[i]]));

// What the server sealed, in the order in which a gate asks: by card, by number, by person, by building and room. A pack
// that an older version of the page has stored may lack visits, places and the sentences of its holds.
export function index(content, { version, expires }) {
  const cards = new Map();
  const byNumber = new Map();
  const byPerson = new Map();
  content.cards.forEach((row) => {
    const card = named(CARD_FIELDS, row);
    cards.set(card.card, card);
    byNumber.set(plainNumber(card.number), card);
    const before = byPerson.get(card.person);
    if (!before || (before.status !== "active" && card.status === "active")) byPerson.set(card.person, card);
  });
  const places = new Map(); // "building room" → place id
  const buildings = new Map(); // building → Map(room → [person index])
  content.dwellings.forEach(([building, room, place]) => {
    if (!buildings.has(building)) buildings.set(building, new Map());
    if (!buildings.get(building).has(room)) buildings.get(building).set(room, []);
    places.set(`${building} ${room}`, place ?? null);
  });
  content.people.forEach(([, , dwelling], i) => {
    const place = content.dwellings[dwelling];
    if (place) buildings.get(place[0]).get(place[1]).push(i);
  });
  const visits = new Map((content.visits || []).map((row) => [row[0], visit(content, row)]));
  return {
    ...content,
    timetable: [{ from_ms: 0, rules: content.rules }, ...(content.rules_next || [])],
    version,
    expires,
    cards,
    byNumber,
    byPerson,
    places,
    buildings,
    visits,
    holds: indexHolds(content.holds || []),
    point: content.point || null,
  };
}

function visit(content, row) {
  const [building, room, place] = content.dwellings[row[VISIT_FIELDS.indexOf("dwelling")]] || ["", "", null];
  return { ...named(VISIT_FIELDS, row), building, room, place: place ?? null };
}

// Person id and permit id → the holds on them.
function indexHolds(rows) {
  const holds = new Map();
  for (const row of rows) {
    const [who, permit, from, until, call, guardian] = typeof row === "string" ? [null, row] : row;
    const hold = { from: from ?? 0, until: until ?? Infinity, call: call || "", guardian: Boolean(guardian) };
    for (const key of [who, permit]) if (key) holds.set(key, [...(holds.get(key) || []), hold]);
  }
  return holds;
}

// Whom to call before this person goes on, {call, guardian}; undefined when nobody has asked for it now.
export function holdOf(pack, { person: who, permitId }, nowSeconds) {
  const found = [...(pack.holds.get(who && who.uuid) || []), ...(pack.holds.get(permitId) || [])];
  return found.find((hold) => hold.from <= nowSeconds && nowSeconds < hold.until);
}

// The visits that somebody has announced and that may come now, at whichever gate.
export const visitsNow = (pack, nowSeconds) =>
  [...pack.visits.values()].filter((one) => one.from <= nowSeconds && nowSeconds < one.until);

// The gate group of a card, {name, colour, shape}; undefined when the pack knows none of this area.
export function groupOf(pack, area) {
  const [, name, colour, shape] = (pack.groups || []).find(([id]) => id === area) || [];
  return name && { name, colour, shape };
}

// What was typed or heard, as kernel/permit_number.py reads it: look-alikes count as the one kept of each pair.
const LOOKALIKES = { Z: "2", S: "5", G: "6", B: "8", V: "U", N: "M" };
export const plainNumber = (number) =>
  String(number || "")
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, "")
    .replace(/[ZSGBVN]/g, (one) => LOOKALIKES[one]);

// {name, building, room, home (place id), uuid} of a person of the pack.
export function person(pack, i) {
  const row = i === null || i === undefined ? undefined : pack.people[i];
  if (!row) return undefined;
  const [building, room, home] = pack.dwellings[row[2]] || ["", "", null];
  return { uuid: row[0], name: row[1], building, room, home: home ?? null };
}
