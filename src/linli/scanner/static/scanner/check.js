// One act at the gate, as data: what was read, what was asked, what the rules say, what is recorded. No page here.

import { plainNumber, person } from "./pack.js";
import { verify } from "./permit-code.js";
import { decide } from "./rules.js";
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
    emergency: false,
    ...facts,
  };
}

// The draft of a code that the camera or a hand scanner read.
export async function draftOfCode(text, pack, { nowMs, direction, isRevoked }) {
  const seen = await verify(text, pack.keys, Math.floor(nowMs / 1000));
  const draft = newDraft(nowMs, direction, { code: text.trim(), card: CARD_STATES[seen.status] || "unknown" });
  if (!seen.claims) return draft;
  draft.cardId = seen.claims.card;
  draft.permitId = seen.claims.permit;
  draft.klass = seen.claims.klass;
  const row = pack.cards.get(seen.claims.card);
  if (row) applyRow(draft, row, pack);
  if (draft.card === "valid") draft.card = standing(seen.claims, row, pack, isRevoked);
  return draft;
}

function applyRow(draft, row, pack) {
  draft.number = row.number;
  draft.person = person(pack, row.person) || null;
  draft.known = draft.person !== null && row.klass === "resident";
}

function standing(claims, row, pack, isRevoked) {
  if (claims.neighbourhood !== pack.neighbourhood.id) return "unknown";
  if (isRevoked(claims.card)) return "cancelled";
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

export function factsOf(draft, pack) {
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
    hold: draft.permitId !== null && pack.holds.has(draft.permitId),
    emergency: draft.emergency,
  };
}

export const decideDraft = (draft, pack, nowMs) => decide(factsOf(draft, pack), pack.rules, nowMs);

const classRule = (draft, pack) => (pack.rules.classes || {})[draft.klass] || {};
export const noneBad = (pack) =>
  Object.fromEntries((pack.rules.questions || []).map((question) => [question.code, !question.bad]));

// The draft as it would be if everything still open were answered well.
export function atBest(draft, pack) {
  return {
    ...draft,
    answers: draft.answers || noneBad(pack),
    temperature: draft.temperature === null ? 365 : draft.temperature,
    hostConsent: draft.hostConsent === null ? true : draft.hostConsent,
  };
}

// What still has to be asked before the decision can be recorded, in the order of the page.
export function missing(draft, pack, nowMs) {
  const wanted = asks(draft, pack, nowMs);
  const list = [];
  // One answer has settled it: no good answer to the rest would change the outcome.
  if (decideDraft({ ...atBest(draft, pack), vehicle: false }, pack, nowMs).outcome !== "admitted") return list;
  if (wanted.consent && draft.hostConsent === null) list.push("consent");
  if (wanted.questions && draft.answers === null) list.push("questions");
  if (wanted.temperature && draft.temperature === null) list.push("temperature");
  if (wanted.plate && draft.vehicle && !draft.plate) list.push("plate");
  return list;
}

// Which parts the page shows. Nothing is asked that cannot change the outcome: not on the way out, not of someone
// who is held or refused whatever the answer, never in an emergency.
export function asks(draft, pack, nowMs) {
  const none = { consent: false, questions: false, temperature: false, plate: false };
  if (draft.emergency) return none;
  const records = recording(pack, nowMs);
  const plate = Boolean(pack.rules.plates && records);
  if (draft.direction === "out") return { ...none, plate };
  const stranger = !draft.known && draft.card !== "valid";
  const consent = stranger && classRule(draft, pack).needs === "host_consent";
  const good = { answers: noneBad(pack), temperature: 365, hostConsent: true, vehicle: false };
  if (decideDraft({ ...draft, ...good }, pack, nowMs).outcome !== "admitted") return none;
  return {
    consent,
    questions: (pack.rules.questions || []).length > 0 && records,
    temperature: Boolean(pack.rules.measures) && records,
    plate,
  };
}

// Without an active operation a gate verifies and counts, and stores nothing about a person. An operation that ends
// while the phone is offline ends on the phone too.
export function recording(pack, nowMs) {
  if (!pack.operation || !pack.operation.records) return false;
  const ends = pack.rules.ends_ms ?? Date.parse(pack.operation.ends);
  return !(nowMs >= ends);
}

export function recordOf(draft, decision, pack, { nowMs, madeOffline }) {
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
    decision: { outcome: decision.outcome, reason: decision.reason },
    rules: `${pack.rules.code}@${pack.rules.version}`,
    made_offline: madeOffline,
  };
  if (recording(pack, nowMs)) return whole;
  const nothing = { code: null, card: null, permit: null, person: null, answers: null, temperature: null, plate: null };
  return { ...whole, ...nothing };
}
