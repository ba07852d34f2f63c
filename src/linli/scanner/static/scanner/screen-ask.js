// Verify – ask – record, as one page: the word on top, the few questions, one button with the decision.

import { asks, atBest, decideDraft, missing, noneBad, recording } from "./check.js";
import { now } from "./clock.js";
import { button, choices, h, mark, say, show } from "./dom.js";
import { languageNow, reason, t } from "./messages.js";
import * as packs from "./pack.js";
import { emergencyButton, keypad, permitNumber, stepBar, strip, whereNow } from "./parts.js";
import { platePicker } from "./plate.js";
import { record, usesToday } from "./record.js";
import { go } from "./routes.js";
import { session } from "./session.js";
import { signal } from "./signals.js";

const TEMPERATURES = [363, 365, 367, 369, 371];
const PURPOSES = {
  courier: ["delivery", "meal", "other"],
  worker: ["repair", "building", "move", "property", "other"],
};

let draft = null;
let uses = 0;
let busy = false;
let touched = false; // after the first answer the word steps back to make room

export function ask(fresh) {
  draft = fresh;
  uses = 0;
  busy = false;
  touched = false;
  draw(false);
  const { kind, word } = verdict();
  signal(kind);
  say(word);
  if (draft.permitId && recording(packs.current(), now())) {
    usesToday(draft.permitId).then((n) => {
      uses = n + 1;
      if (draft === fresh && document.getElementById("app").dataset.screen === "ask") draw(true);
    });
  }
}

const KINDS = { admitted: "good", held: "held", refused: "bad" };

// Before everything is answered, what the answers can still give at best; after it, the decision.
function standing() {
  const pack = packs.current();
  if (!missing(draft, pack, now()).length) return decideDraft(draft, pack, now());
  return decideDraft(atBest(draft, pack), pack, now());
}

function verdict() {
  const decision = standing();
  // Nobody vouches yet for a stranger: no green before the questions.
  const stranger = !draft.known && draft.card === "none" && missing(draft, packs.current(), now()).length > 0;
  const kind = stranger ? "ask" : KINDS[decision.outcome];
  const cardWord =
    draft.card !== "none" ? t(`card.${draft.card}`) : t(draft.known ? "card.room" : `card.${draft.klass}`);
  if (stranger) return { kind, word: cardWord, decision };
  if (kind === "good" || draft.card !== "valid") {
    if (draft.card !== "none" || kind === "good") return { kind, word: cardWord, decision };
  }
  const word =
    kind === "held" ? t("verdict.held") : t(draft.direction === "in" ? "verdict.refused" : "verdict.refusedOut");
  return { kind, word, decision };
}

function change(facts) {
  Object.assign(draft, facts);
  touched = true;
  draw(true);
  showMissing();
}

function draw(same) {
  const pack = packs.current();
  if (!pack) return go("calm");
  const wanted = asks(draft, pack, now());
  const { kind, word, decision } = verdict();
  const why = kind === "good" || kind === "ask" ? null : h("p", { class: "why" }, reason(decision.reason));
  return show(
    "ask",
    [
      stepBar(whereNow(), () => go("gate")),
      strip(),
      h(
        "main",
        { class: "scroll ask" },
        h("section", { class: `verdict ${kind} ${touched ? "compact" : ""}` }, mark(kind), h("h1", {}, word), why),
        holder(pack),
        draft.way === "card" && draft.card !== "valid" ? lookUp() : null,
        wanted.consent ? consentBlock() : null,
        draft.direction === "out" ? doctorBlock() : purposeBlock(),
        wanted.questions ? questionBlock(pack) : null,
        wanted.temperature ? temperatureBlock() : null,
        companionBlock(),
        wanted.plate ? vehicleBlock() : null,
      ),
      h("footer", { class: "thumb" }, emergencyButton(), mainButton(pack)),
    ],
    { same },
  );
}

function holder(pack) {
  const lines = [];
  if (draft.person) {
    lines.push(h("p", { class: "who" }, `${draft.person.building} ${draft.person.room} · ${draft.person.name}`));
  } else if (draft.host) {
    lines.push(h("p", { class: "who" }, t("visitor.title", { who: t(`card.${draft.klass}`), place: draft.host })));
  } else if (draft.cardId && !pack.cards.has(draft.cardId)) {
    lines.push(h("p", { class: "who" }, t("holder.notlisted")));
  }
  const small = [];
  if (draft.number) small.push(t("holder.number", { number: permitNumber(draft.number) }));
  if (uses) small.push(t("holder.today", { n: uses }));
  if (small.length) lines.push(h("p", { class: "small" }, small.join(" · ")));
  return lines.length ? h("section", { class: "holder" }, lines) : null;
}

// A card that says nothing does not make its holder a stranger.
const lookUp = () =>
  h(
    "section",
    {},
    button(t("ask.lookup"), () => go("rooms"), { class: "row second", id: "lookup" }),
  );

const block = (title, name, ...content) =>
  h("section", { class: "block", "data-ask": name }, h("h2", {}, title), content);

function consentBlock() {
  const options = [
    { value: true, text: t("ask.consent.yes") },
    { value: false, text: t("ask.consent.no") },
  ];
  return block(
    t("ask.consent"),
    "consent",
    choices(t("ask.consent"), options, draft.hostConsent, (hostConsent) => change({ hostConsent }), { class: "two" }),
  );
}

function doctorBlock() {
  const options = [
    { value: "doctor", text: t("ask.doctor") },
    { value: null, text: t("ask.purpose.other") },
  ];
  return block(
    t("ask.purpose"),
    "purpose",
    choices(t("ask.purpose"), options, draft.purpose, (purpose) => change({ purpose }), { class: "two" }),
  );
}

function purposeBlock() {
  const codes = PURPOSES[draft.klass];
  if (!codes) return null;
  const options = codes.map((value) => ({ value, text: t(`purpose.${value}`) }));
  return block(
    t(`card.${draft.klass}`),
    "purpose",
    choices(t(`card.${draft.klass}`), options, draft.purpose, (purpose) => change({ purpose }), { class: "two" }),
  );
}

function questionBlock(pack) {
  const { questions } = pack.rules;
  const answers = draft.answers;
  const nothing = noneBad(pack);
  const isBad = (given, { code, bad }) => Boolean(given) && given[code] === bad;
  const any = questions.some((question) => isBad(answers, question));
  const toggle = (question) => {
    const next = { ...nothing, ...answers };
    next[question.code] = isBad(answers, question) ? !question.bad : question.bad;
    change({ answers: questions.some((one) => isBad(next, one)) ? next : null });
  };
  const words = (question) => (languageNow() === "en" ? question.en : question.zh);
  return block(
    t("ask.questions"),
    "questions",
    h(
      "div",
      { class: "choices two", role: "group", "aria-label": t("ask.questions") },
      questions.map((question) =>
        button(words(question), () => toggle(question), {
          "aria-pressed": String(isBad(answers, question)),
          "data-key": `q:${question.code}`,
          class: "yes",
        }),
      ),
      button(t("ask.none"), () => change({ answers: { ...nothing } }), {
        "aria-pressed": String(Boolean(answers) && !any),
        "data-key": "q:none",
        class: "wide",
        id: "none",
      }),
    ),
  );
}

const degrees = (tenths) => (tenths / 10).toFixed(1);

function temperatureBlock() {
  const given = draft.temperature;
  const other = given !== null && !TEMPERATURES.includes(given);
  const options = TEMPERATURES.map((value) => ({ value, text: degrees(value) }));
  options.push({ value: "other", text: other ? degrees(given) : t("ask.other") });
  const pick = (value) => (value === "other" ? otherTemperature() : change({ temperature: value }));
  return block(
    t("ask.temperature"),
    "temperature",
    choices(t("ask.temperature"), options, other ? "other" : given, pick, { class: "three" }),
  );
}

function otherTemperature() {
  const shown = (text) => `${text.padEnd(3, "_").slice(0, 2)}.${text.padEnd(3, "_").slice(2)}`;
  const accept = (text) => (text.length === 3 && text >= "340" && text <= "429" ? Number(text) : undefined);
  layer(
    keypad({
      title: t("ask.celsius"),
      shown,
      accept,
      wrong: t("ask.badTemperature"),
      longest: 3,
      cancel: () => draw(false),
      pick: (temperature) => {
        draft.temperature = temperature;
        draw(false);
      },
    }),
  );
}

const layer = (parts) => show("layer", parts);

function companionBlock() {
  const many = draft.companions > 2;
  const options = [0, 1, 2].map((value) => ({ value, text: String(value) }));
  options.push({ value: "more", text: many ? String(draft.companions) : t("ask.more") });
  const pick = (value) => (value === "more" ? moreCompanions() : change({ companions: value }));
  return block(
    t("ask.companions"),
    "companions",
    choices(t("ask.companions"), options, many ? "more" : draft.companions, pick, { class: "four" }),
  );
}

function moreCompanions() {
  layer(
    keypad({
      title: t("ask.people"),
      shown: (text) => text || "_",
      accept: (text) => (text ? Number(text) : undefined),
      wrong: t("ask.people"),
      longest: 2,
      cancel: () => draw(false),
      pick: (companions) => {
        draft.companions = companions;
        draw(false);
      },
    }),
  );
}

function vehicleBlock() {
  const options = [
    { value: false, text: t("ask.vehicle.none") },
    { value: true, text: draft.plate || t("ask.vehicle.yes") },
  ];
  const pick = (vehicle) => {
    if (!vehicle) return change({ vehicle: false, plate: null });
    const done = (plate) => {
      Object.assign(draft, { vehicle: true, plate });
      draw(false);
    };
    return layer(platePicker({ before: draft.plate, pick: done, cancel: () => draw(false) }));
  };
  return block(t("ask.vehicle"), "plate", choices(t("ask.vehicle"), options, draft.vehicle, pick, { class: "two" }));
}

function mainButton(pack) {
  const open = missing(draft, pack, now());
  if (open.length) {
    return button(t(`first.${open[0]}`), showMissing, { class: "main waiting", id: "record" });
  }
  const decision = decideDraft(draft, pack, now());
  const word = decision.outcome === "held" ? t("decide.held") : t(`decide.${decision.outcome}.${draft.direction}`);
  const first = draft.temperature === null ? word : `${degrees(draft.temperature)} · ${word}`;
  const lines = [
    h("span", {}, first),
    h("span", { class: "second-line" }, t(recording(pack, now()) ? "decide.record" : "decide.count")),
  ];
  return button(lines, () => finish(decision), { class: `main ${KINDS[decision.outcome]}`, id: "record" });
}

// The thumb stays where it is: the next open question comes to it.
function showMissing() {
  const [open] = missing(draft, packs.current(), now());
  const first = open && document.querySelector(`[data-ask="${open}"]`);
  if (first) first.scrollIntoView({ block: "end", behavior: "smooth" });
}

async function finish(decision) {
  if (busy) return; // a second tap on the same person
  busy = true;
  const kept = await record(draft, decision);
  go("outcome", { draft, decision, kept, gate: session.device.gate.name });
}
