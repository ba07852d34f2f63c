// One act at the gate, as data: what was read, what was asked, what the rules say, what is recorded. No page here.

import { holdOf, person, plainNumber, rulesAt } from "./pack.js";
import { verify } from "./permit-code.js";
import { classRules, decide } from "./rules.js";
import { uuid7 } from "./uuid7.js";

// What the permit code says → what the rules know. A code that we cannot read is unknown, never green.
const CARD_STATES = {
  valid: "valid",
  not_yet: "not_yet",
  expired: "expired",
  bad_signature: "bad_signature",
  unknown_key: "unknown",
  truncated: "unknown",
  malformed: "unknown",
  unknown_version: "unknown",
  wrong_prefix: "unknown",
};
// What the pack says about a card → the same. Other words of the list (printed, in stock …) are cards not handed out.
const given = (value) => value !== null && value !== undefined;
const LISTED = { active: "valid", handed_out: "valid", printed: "valid", lost: "lost", cancelled: "cancelled" };

export function newDraft(nowMs, direction, facts = {}) {
  return {
    id: uuid7(nowMs),
    direction,
    way: "card",
    klass: "resident",
    purpose: null,
    code: null,
    card: "none",
    cardId: null,
    permitId: null,
    number: null,
    person: null,
    known: false,
    answers: null,
    temperature: null,
    plate: null,
    vehicle: false,
    companions: 0,
    hostConsent: null,
    filed: null, // whether the guard saw the filing of the work
    emergency: false,
    granted: false, // the server was asked about this visitor's code and gave it to this gate
    visit: null, // the registered visit this is
    gate: null, // the gate that its code names
    area: null, // the gate group that its code is bound to
    party: null, // the id of the group's first check
    follows: null, // the id of the held check that this one completes
    call: null, // "agreed", "declined" or "unreached"
    hostPlace: null, // the host's dwelling, its place id
    goods: 0,
    papers: null, // "none" or "foreign"
    returning: false,
    details: null, // {name, phone, from, plate_note, note}: what a stranger says of himself
    ...facts,
  };
}

// The draft of a code that the camera or a hand scanner read.
// `isUsed`: whether a visitor's code was taken by this phone or, as the pack says, by anybody.
export async function draftOfCode(text, pack, { nowMs, direction, isRevoked, isUsed = () => false }) {
  const seen = await verify(text, pack.keys, Math.floor(nowMs / 1000));
  const draft = newDraft(nowMs, direction, { code: text.trim(), card: CARD_STATES[seen.status] || "unknown" });
  if (!seen.claims) return draft;
  draft.klass = seen.claims.klass;
  if (given(seen.claims.gate)) return visitDraft(draft, seen.claims, pack, { isRevoked, isUsed });
  draft.cardId = seen.claims.card;
  draft.permitId = seen.claims.permit;
  draft.area = seen.claims.gates;
  const row = pack.cards.get(seen.claims.card);
  if (row) applyRow(draft, row, pack);
  if (draft.card === "valid") draft.card = standing(seen.claims, row, pack, isRevoked);
  return draft;
}

// A visitor's code names one gate and is good for one entry (G09); on the way out neither matters.
function visitDraft(draft, claims, pack, { isRevoked, isUsed }) {
  Object.assign(draft, { visit: claims.card, gate: claims.gate });
  if (draft.card !== "valid") return draft;
  if (claims.neighbourhood !== pack.neighbourhood.id) draft.card = "unknown";
  else if (isRevoked(claims.card)) draft.card = "cancelled";
  else if (isUsed(claims.card)) draft.card = "used";
  else if (claims.gate !== pack.gate.id) draft.card = "visit_other_gate";
  const row = pack.visits.get(claims.card);
  return row ? Object.assign(draft, visitFacts(row)) : draft;
}

// What the list of announced visits says of one; never a name.
const visitFacts = (row) => ({
  visit: row.visit,
  klass: row.klass,
  purpose: row.purpose || null,
  hostPlace: row.place,
  host: `${row.building} ${row.room}`,
});

// The draft of a visit picked from the list of those announced: the household has agreed already.
export function draftOfVisit(row, { nowMs, direction }) {
  return newDraft(nowMs, direction, { way: "visitor", ...visitFacts(row), hostConsent: true, filed: true });
}

function applyRow(draft, row, pack) {
  draft.number = row.number;
  draft.person = person(pack, row.person) || null;
  draft.known = draft.person !== null && row.klass === "resident";
}

function standing(claims, row, pack, isRevoked) {
  if (claims.neighbourhood !== pack.neighbourhood.id) return "unknown";
  // The right counts, not only the card: a code of a cancelled right is refused on whatever card it stands.
  if (isRevoked(claims.card) || isRevoked(claims.permit)) return "cancelled";
  if ((pack.cancelled || []).includes(claims.permit)) return "cancelled";
  if (claims.gates !== null && Array.isArray(pack.area) && !pack.area.includes(claims.gates)) return "other_gate";
  if (!row) return "valid";
  return LISTED[row.status] || "cancelled";
}

// The draft of someone found by room or by permit number: the list vouches, no card was shown.
export function draftOfPerson(i, pack, { nowMs, direction, way = "room" }) {
  const row = pack.byPerson.get(i);
  return newDraft(nowMs, direction, {
    way,
    person: person(pack, i),
    known: true,
    permitId: row ? row.permit : null,
    number: row ? row.number : null,
  });
}

export function findNumber(text, pack) {
  const wanted = plainNumber(text);
  const row = wanted.length >= 4 ? pack.byNumber.get(wanted) : undefined;
  return row ? row.person : undefined;
}

const inForce = (pack, nowMs) => ({ rules: rulesAt(pack, nowMs) });

export function factsOf(draft, pack, nowMs) {
  const hold = holdOf(pack, draft, nowMs / 1000);
  return {
    klass: draft.klass,
    direction: draft.direction,
    way: draft.way,
    purpose: draft.purpose,
    card: draft.card,
    known_resident: draft.known,
    answers: draft.answers,
    temperature: draft.temperature,
    vehicle: draft.vehicle,
    plate: draft.plate,
    host_consent: draft.hostConsent,
    hold: Boolean(hold),
    emergency: draft.emergency,
    called: draft.call,
    guardian: Boolean(hold && hold.guardian),
    filed: draft.filed,
    online: draft.granted,
  };
}

export const decideDraft = (draft, pack, nowMs) => decide(factsOf(draft, pack, nowMs), rulesAt(pack, nowMs), nowMs);

// What the rules ask of a stranger: "host_consent", "filed" or undefined.
export const needsOf = (draft, { rules }) =>
  draft.known || ["valid", "visit_other_gate"].includes(draft.card) ? undefined : classRules(draft, rules).needs;
export const noneBad = ({ rules }) =>
  Object.fromEntries((rules.questions || []).map((question) => [question.code, !question.bad]));

// The draft as it would be if everything still open were answered well.
export function atBest(draft, pack) {
  return {
    ...draft,
    answers: draft.answers || noneBad(pack),
    temperature: draft.temperature === null ? 365 : draft.temperature,
    hostConsent: draft.hostConsent === null && draft.call === null ? true : draft.hostConsent,
    filed: draft.filed === null ? true : draft.filed,
  };
}

// What still has to be asked before the decision can be recorded, in the order of the page.
export function missing(draft, pack, nowMs) {
  const wanted = asks(draft, pack, nowMs);
  const list = [];
  // One answer has settled it: no good answer to the rest would change the outcome.
  if (decideDraft({ ...atBest(draft, inForce(pack, nowMs)), vehicle: false }, pack, nowMs).outcome !== "admitted") return list;
  if (wanted.consent && draft.hostConsent === null && draft.call === null) list.push("consent");
  if (wanted.filed && draft.filed === null) list.push("filed");
  if (wanted.questions && draft.answers === null) list.push("questions");
  if (wanted.temperature && draft.temperature === null) list.push("temperature");
  if (wanted.plate && draft.vehicle && !draft.plate) list.push("plate");
  return list;
}

// Which parts the page shows. Nothing is asked that cannot change the outcome: not on the way out, not of someone
// who is held or refused whatever the answer, never in an emergency.
export function asks(draft, pack, nowMs) {
  const none = { consent: false, filed: false, questions: false, temperature: false, plate: false };
  if (draft.emergency) return none;
  const records = recording(pack, nowMs);
  const held = inForce(pack, nowMs);
  const plate = Boolean(held.rules.plates && records);
  if (draft.direction === "out") return { ...none, plate };
  const needs = needsOf(draft, held);
  const good = { answers: noneBad(held), temperature: 365, hostConsent: true, filed: true, vehicle: false };
  if (decideDraft({ ...draft, ...good }, pack, nowMs).outcome !== "admitted") return none;
  return {
    consent: needs === "host_consent",
    filed: needs === "filed",
    questions: (held.rules.questions || []).length > 0 && records,
    temperature: Boolean(held.rules.measures) && records,
    plate,
  };
}

// Without an active operation a gate verifies and counts, and stores nothing about a person. An operation that ends
// while the phone is offline ends on the phone too.
export function recording(pack, nowMs) {
  if (!pack.operation || !pack.operation.records) return false;
  const ends = rulesAt(pack, nowMs).ends_ms ?? Date.parse(pack.operation.ends);
  return !(nowMs >= ends);
}

// What leaves the phone about anybody when nothing may be kept.
const NOTHING = {
  code: null,
  card: null,
  permit: null,
  person: null,
  answers: null,
  temperature: null,
  plate: null,
  visit: null,
  party: null,
  follows: null,
  call: null,
  host: null,
  goods: 0,
  papers: null,
  returning: false,
  details: null,
};

export function recordOf(draft, decision, pack, { nowMs, madeOffline }) {
  const { rules } = inForce(pack, nowMs);
  const whole = {
    id: draft.id,
    happened_at: new Date(nowMs).toISOString(),
    direction: draft.direction,
    way: draft.way,
    code: draft.code,
    card: draft.cardId,
    permit: draft.permitId,
    person: draft.person ? draft.person.uuid : null,
    klass: draft.klass,
    purpose: draft.purpose,
    answers: draft.answers,
    temperature: draft.temperature,
    plate: draft.plate,
    vehicle: draft.vehicle,
    companions: draft.companions,
    host_consent: draft.hostConsent,
    filed: draft.filed,
    visit: draft.visit,
    party: draft.party,
    follows: draft.follows,
    call: draft.call,
    host: draft.hostPlace,
    goods: draft.goods,
    papers: draft.papers,
    returning: draft.returning,
    details: draft.details,
    gate: pack.gate ? pack.gate.id : null,
    decision: { outcome: decision.outcome, reason: decision.reason },
    rules: `${rules.code}@${rules.version}`,
    made_offline: madeOffline,
  };
  if (recording(pack, nowMs)) return whole;
  return { ...whole, ...NOTHING };
}
