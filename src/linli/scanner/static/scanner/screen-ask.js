// Verify – ask – record, as one page: the word on top, the few questions, one button with the decision.

import * as blocks from "./ask-blocks.js";
import { whom } from "./calls.js";
import { asks, atBest, decideDraft, missing, recording } from "./check.js";
import { dayText, now, timeText } from "./clock.js";
import { button, face, h, mark, say, show } from "./dom.js";
import { languageNow, reason, t } from "./messages.js";
import * as packs from "./pack.js";
import * as party from "./party.js";
import { emergencyButton, permitNumber, stepBar, strip, whereNow } from "./parts.js";
import { record } from "./record.js";
import { go } from "./routes.js";
import { DAY_TEXT } from "./screen-details.js";
import { session } from "./session.js";
import { signal } from "./signals.js";
import * as uses from "./uses.js";
import { askServer, usedHere } from "./visits.js";

let draft = null;
let busy = false;
let asking = false; // the server, about a visitor's code
let touched = false; // after the first answer the word steps back to make room

export function ask(fresh) {
  draft = fresh;
  busy = false;
  touched = false;
  party.join(draft);
  draw(false);
  const { kind, word } = verdict();
  signal(kind);
  say(word);
  if (draft.card === "visit_other_gate" && !draft.granted) askElsewhere(fresh);
}

// A code of another gate: the page stands already while the server is asked.
async function askElsewhere(asked) {
  asking = true;
  const answer = await askServer(asked);
  asking = false;
  if (draft !== asked || document.getElementById("app").dataset.screen !== "ask") return;
  Object.assign(draft, answer);
  draw(true);
  const { kind, word } = verdict();
  signal(kind);
  say(word);
}

const KINDS = { admitted: "good", held: "held", refused: "bad" };
// Goods that stay at the point are no refusal of a person.
export const kindOf = (decision) => (decision.reason === "leave_at_point" ? "open" : KINDS[decision.outcome]);

// Before everything is answered, what the answers can still give at best; after it, the decision.
function standing() {
  const pack = packs.current();
  if (!missing(draft, pack, now()).length) return decideDraft(draft, pack, now());
  return decideDraft(atBest(draft, pack), pack, now());
}

function cardWord() {
  if (draft.granted) return t("card.granted");
  return draft.card !== "none" ? t(`card.${draft.card}`) : t(draft.known ? "card.room" : `card.${draft.klass}`);
}

function verdict() {
  const decision = standing();
  // Nobody vouches yet for a stranger: no green before the questions.
  const stranger = !draft.known && draft.card === "none" && missing(draft, packs.current(), now()).length > 0;
  const kind = stranger ? "ask" : kindOf(decision);
  if (stranger || kind === "good" || !["none", "valid"].includes(draft.card)) return { kind, word: cardWord(), decision };
  if (kind === "open") return { kind, word: t("verdict.point"), decision };
  const word =
    kind === "held" ? t("verdict.held") : t(draft.direction === "in" ? "verdict.refused" : "verdict.refusedOut");
  return { kind, word, decision };
}

const layer = (parts) => show("layer", parts);
const act = {
  layer,
  // An answer on the page: the page stays where it is.
  change: (facts) => {
    Object.assign(draft, facts);
    touched = true;
    draw(true);
    showMissing();
  },
  // Back from a page above.
  redraw: (facts) => {
    Object.assign(draft, facts || {});
    draw(false);
  },
};
const open = {
  returning: () => go("returning", { draft, done: act.redraw }),
  details: () => go("details", { draft, done: act.redraw }),
  foreign: () => go("foreign", { draft, done: act.redraw }),
};

function draw(same) {
  const pack = packs.current();
  if (!pack) return go("calm");
  const wanted = asks(draft, pack, now());
  const { kind, word, decision } = verdict();
  const calm = kind === "good" || kind === "ask";
  return show(
    "ask",
    [
      stepBar(whereNow(), () => go("gate")),
      strip(),
      h(
        "main",
        { class: "scroll ask" },
        h(
          "section",
          { class: `verdict ${kind} ${touched || kind === "ask" ? "compact" : ""}` },
          mark(kind),
          h("h1", {}, word),
          calm ? null : h("p", { class: "why" }, reason(decision.reason)),
        ),
        holder(pack, decision),
        draft.way === "card" && !draft.granted && !["valid", "none"].includes(draft.card) ? wayOn() : null,
        draft.direction === "out" ? blocks.doctor(draft, act) : blocks.purpose(draft, pack, act),
        wanted.consent && !agreedBefore() ? blocks.consent(draft, act) : null,
        wanted.filed ? blocks.filed(draft, act) : null,
        wanted.questions ? blocks.questions(draft, pack, act) : null,
        wanted.temperature ? blocks.temperature(draft, act) : null,
        draft.klass === "courier" && draft.direction === "in" ? goods() : null,
        draft.party || draft.follows || ["open", "bad"].includes(kind) ? null : blocks.companions(draft, act),
        wanted.plate ? blocks.vehicle(draft, act) : null,
        blocks.more(draft, pack, open),
      ),
      h("footer", { class: "thumb" }, emergencyButton(), mainButton(pack)),
    ],
    { same },
  );
}

// A household that announced its visitor is not called again.
const agreedBefore = () => draft.visit !== null && draft.hostConsent === true && draft.call === null;

// Who stands here, what is known of him, and whom to call when somebody wants to be called.
function holder(pack, decision) {
  const lines = [];
  if (draft.person) {
    lines.push(h("p", { class: "who" }, `${draft.person.building} ${draft.person.room} · ${draft.person.name}`));
  } else if (draft.host) {
    lines.push(h("p", { class: "who" }, t("visitor.title", { who: t(`card.${draft.klass}`), place: draft.host })));
  } else if (draft.cardId && !draft.visit && !pack.cards.has(draft.cardId)) {
    lines.push(h("p", { class: "who" }, t("holder.notlisted")));
  }
  const group = draft.card === "other_gate" ? packs.groupOf(pack, draft.area) : undefined;
  if (group) lines.push(h("p", { class: "group", id: "group" }, face(group), t("card.group", { group: group.name })));
  if (["hold", "hold_guardian"].includes(decision.reason) && !draft.call) {
    lines.push(h("p", { class: "who" }, t("outcome.call", { who: whom(draft, decision, pack) })));
  }
  if (draft.returning) lines.push(returnee());
  const small = smallLines(pack);
  if (small.length) lines.push(h("p", { class: "small" }, small.join(" · ")));
  return lines.length ? h("section", { class: "holder" }, lines) : null;
}

// Where a returnee comes from, or that the office asks later; a tap writes it down.
function returnee() {
  const { from, note } = draft.details || {};
  const [written] = DAY_TEXT.exec(note) || [];
  const day = written ? dayText(new Date(written), languageNow()) : "";
  const word = from ? t("returning.done", { from, day }) : t("returning.open");
  return button(word, open.returning, { class: "row second", id: "returnee" });
}

function smallLines(pack) {
  const small = [];
  if (draft.follows) small.push(t(`called.${draft.call}`));
  if (draft.visit) small.push(visitLine(pack));
  if (draft.number) small.push(t("holder.number", { number: permitNumber(draft.number) }));
  if (draft.permitId && recording(pack, now())) {
    const last = uses.today(draft.permitId, now());
    small.push(t("holder.today", { n: last ? last.n + 1 : 1 }));
    if (last) small.push(t("holder.last", { time: timeText(last.at), direction: t(`direction.${last.direction}`) }));
  }
  return small;
}

// What the pack or this phone says of an announced visit; of a used code, when and where.
function visitLine(pack) {
  const row = pack.visits.get(draft.visit);
  if (draft.card === "used") {
    const use = draft.used || usedHere(draft.visit);
    return use ? t("visit.usedWhen", { time: timeText(use.at), gate: use.gate }) : t("visit.used");
  }
  if (asking) return t("visit.asking");
  if (draft.granted) return t("visit.here");
  if (draft.card === "visit_other_gate") return t("visit.gate", { gate: gateOf(pack, (row || {}).gate ?? draft.gate) });
  return row ? t("visit.announced", { n: row.party || 1, time: timeText(row.until * 1000) }) : t("visit.code");
}

const gateOf = (pack, id) => (pack.gates || {})[id] || t("visit.otherGate");

// A card that says nothing does not make its holder a stranger; a visitor's code that does not serve leaves the call.
function wayOn() {
  const visitor = draft.visit !== null;
  const { klass, host, hostPlace } = draft;
  const on = () => (visitor ? go("stranger", { klass, facts: host ? { host, hostPlace } : {} }) : go("rooms"));
  const word = t(visitor ? "ask.callHost" : "ask.lookup");
  return h("section", {}, button(word, on, { class: "row second", id: "lookup" }));
}

// For whom a courier brings how much.
function goods() {
  const choose = () => go("rooms-for", { title: t("goods.for"), done: act.redraw });
  return [
    blocks.goods(draft, act),
    h(
      "section",
      { class: "block" },
      button(draft.host ? t("goods.to", { place: draft.host }) : t("goods.for"), choose, {
        class: "row",
        id: "goods-for",
      }),
    ),
  ];
}

function mainButton(pack) {
  const left = missing(draft, pack, now());
  if (left.length) {
    return button(t(`first.${left[0]}`), showMissing, { class: "main waiting", id: "record" });
  }
  const decision = decideDraft(draft, pack, now());
  const word = decideWord(decision);
  const first = draft.temperature === null ? word : `${blocks.degrees(draft.temperature)} · ${word}`;
  const lines = [
    h("span", {}, first),
    h("span", { class: "second-line" }, t(recording(pack, now()) ? "decide.record" : "decide.count")),
  ];
  return button(lines, () => finish(decision), { class: `main ${kindOf(decision)}`, id: "record" });
}

function decideWord({ outcome, reason: code }) {
  if (code === "leave_at_point") return t("decide.point");
  return outcome === "held" ? t("decide.held") : t(`decide.${outcome}.${draft.direction}`);
}

// The thumb stays where it is: the next open question comes to it.
function showMissing() {
  const [left] = missing(draft, packs.current(), now());
  const first = left && document.querySelector(`[data-ask="${left}"]`);
  if (first) first.scrollIntoView({ block: "end", behavior: "smooth" });
}

async function finish(decision) {
  if (busy) return; // a second tap on the same person
  const pack = packs.current();
  // Rules may have changed, or a hold begun, while the page stood open: nobody is recorded by what holds no more.
  if (!pack || decideDraft(draft, pack, now()).outcome !== decision.outcome) {
    draw(true);
    return;
  }
  busy = true;
  const kept = await record(draft, decision);
  go("outcome", { draft, decision, kept, gate: session.device.gate.name });
}
