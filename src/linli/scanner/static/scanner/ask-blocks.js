// The questions of the ask page, a block each. `act`: change(facts) takes an answer, layer(parts) shows a page above,
// redraw() comes back from it.

import { needsOf, noneBad, recording } from "./check.js";
import { now } from "./clock.js";
import { button, choices, h } from "./dom.js";
import { languageNow, t } from "./messages.js";
import { keypad } from "./parts.js";
import { platePicker } from "./plate.js";

const TEMPERATURES = [363, 365, 367, 369, 371];
const PURPOSES = {
  courier: ["delivery", "meal", "other"],
  worker: ["repair", "care", "decoration", "building", "agent", "moving", "property", "other"],
};
export const degrees = (tenths) => (tenths / 10).toFixed(1);

const block = (title, name, ...content) =>
  h("section", { class: "block", "data-ask": name }, h("h2", {}, title), content);

const pressed = (on, name) => ({ "aria-pressed": String(Boolean(on)), "data-key": name, id: name });

// What the host said to the guard, or a slip that the visitor brought. The number stands in the office's list.
export function consent(draft, { change }) {
  const answers = [
    ["agreed", true],
    ["declined", false],
    ["unreached", null],
  ];
  const slip = draft.hostConsent === true && draft.call === null;
  return block(
    t("ask.consent"),
    "consent",
    h("p", { class: "small" }, t("ask.consent.how", { place: draft.host || t("outcome.callHost") })),
    h(
      "div",
      { class: "choices three", role: "group", "aria-label": t("ask.consent") },
      answers.map(([call, hostConsent]) =>
        button(
          t(`call.${call}`),
          () => change({ call, hostConsent }),
          pressed(draft.call === call, `consent-${call}`),
        ),
      ),
      button(t("ask.consent.slip"), () => change({ call: null, hostConsent: true }), {
        ...pressed(slip, "consent-slip"),
        class: "wide",
      }),
    ),
  );
}

export function filed(draft, { change }) {
  const options = [
    { value: true, text: t("ask.filed.yes") },
    { value: false, text: t("ask.filed.no") },
  ];
  const pick = (value) => change({ filed: value });
  const title = t(draft.klass === "staff" ? "ask.filed.staff" : "ask.filed");
  return block(title, "filed", choices(title, options, draft.filed, pick, { class: "two" }));
}

export function doctor(draft, { change }) {
  const options = [
    { value: "doctor", text: t("ask.doctor") },
    { value: null, text: t("ask.purpose.other") },
  ];
  const pick = (purpose) => change({ purpose });
  return block(
    t("ask.purpose"),
    "purpose",
    choices(t("ask.purpose"), options, draft.purpose, pick, { class: "two" }),
  );
}

export function purpose(draft, pack, { change }) {
  const usual = PURPOSES[draft.klass];
  if (!usual) return null;
  const title = t("ask.errand");
  const options = usual.map((value) => ({ value, text: t(`purpose.${value}`) }));
  // Another purpose may need another consent: what was said about the first does not answer it.
  const unsaid = { hostConsent: null, call: null, filed: null };
  const needs = (value) => needsOf({ ...draft, purpose: value }, pack);
  const pick = (value) => change({ purpose: value, ...(needs(value) === needs(draft.purpose) ? {} : unsaid) });
  return block(title, "purpose", choices(title, options, draft.purpose, pick, { class: "two" }));
}

export function questions(draft, pack, { change }) {
  const asked = pack.rules.questions;
  const { answers } = draft;
  const nothing = noneBad(pack);
  const isBad = (given, { code, bad }) => Boolean(given) && given[code] === bad;
  const any = asked.some((question) => isBad(answers, question));
  const toggle = (question) => {
    const next = { ...nothing, ...answers };
    next[question.code] = isBad(answers, question) ? !question.bad : question.bad;
    change({ answers: asked.some((one) => isBad(next, one)) ? next : null });
  };
  const words = (question) => (languageNow() === "en" ? question.en : question.zh);
  return block(
    t("ask.questions"),
    "questions",
    h(
      "div",
      { class: "choices two", role: "group", "aria-label": t("ask.questions") },
      asked.map((question) =>
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

export function temperature(draft, act) {
  const given = draft.temperature;
  const other = given !== null && !TEMPERATURES.includes(given);
  const options = TEMPERATURES.map((value) => ({ value, text: degrees(value) }));
  options.push({ value: "other", text: other ? degrees(given) : t("ask.other") });
  const pick = (value) => (value === "other" ? otherTemperature(draft, act) : act.change({ temperature: value }));
  return block(
    t("ask.temperature"),
    "temperature",
    choices(t("ask.temperature"), options, other ? "other" : given, pick, { class: "three" }),
  );
}

function otherTemperature(draft, { layer, redraw }) {
  const shown = (text) => `${text.padEnd(3, "_").slice(0, 2)}.${text.padEnd(3, "_").slice(2)}`;
  const accept = (text) => (text.length === 3 && text >= "340" && text <= "429" ? Number(text) : undefined);
  const pick = (value) => redraw({ temperature: value });
  const cancel = () => redraw();
  layer(keypad({ title: t("ask.celsius"), shown, accept, wrong: t("ask.badTemperature"), longest: 3, cancel, pick }));
}

// A small number: a few buttons, and a keypad for more.
function counter(name, most, least, value, act) {
  const many = value > most;
  const options = [];
  for (let n = least; n <= most; n += 1) options.push({ value: n, text: String(n) });
  options.push({ value: "more", text: many ? String(value) : `${most + 1}+` });
  const keys = {
    title: t(`ask.${name}.number`),
    shown: (text) => text || "_",
    accept: (text) => (Number(text) >= least ? Number(text) : undefined),
    wrong: t(`ask.${name}.number`),
    longest: 2,
    cancel: () => act.redraw(),
    pick: (typed) => act.redraw({ [name]: typed }),
  };
  const pick = (picked) => (picked === "more" ? act.layer(keypad(keys)) : act.change({ [name]: picked }));
  return block(
    t(`ask.${name}`),
    name,
    choices(t(`ask.${name}`), options, many ? "more" : value, pick, { class: "four" }),
  );
}

export const companions = (draft, act) => counter("companions", 2, 0, draft.companions, act);
export const goods = (draft, act) => counter("goods", 3, 1, draft.goods, act);

export function vehicle(draft, { change, layer, redraw }) {
  const options = [
    { value: false, text: t("ask.vehicle.none") },
    { value: true, text: draft.plate || t("ask.vehicle.yes") },
  ];
  const done = (plate) => redraw({ vehicle: true, plate });
  const cancel = () => redraw();
  const pick = (with_) => {
    if (!with_) return change({ vehicle: false, plate: null });
    return layer(platePicker({ before: draft.plate, pick: done, cancel, layer }));
  };
  return block(t("ask.vehicle"), "plate", choices(t("ask.vehicle"), options, draft.vehicle, pick, { class: "two" }));
}

// What not everybody is asked: back from elsewhere; for strangers their name and papers, and the card in their language.
export function more(draft, pack, open) {
  if (draft.direction === "out" || !recording(pack, now())) return null;
  const stranger = !draft.person;
  const lives = !stranger || draft.klass === "resident";
  const { name, phone } = draft.details || {};
  return block(
    t("ask.rest"),
    "rest",
    h(
      "div",
      { class: "choices two", role: "group", "aria-label": t("ask.rest") },
      lives ? button(t("ask.returning"), open.returning, pressed(draft.returning, "rest-returning")) : null,
      stranger ? button(t("ask.details"), open.details, pressed(name || phone || draft.papers, "rest-details")) : null,
      stranger
        ? button(t("ask.foreign"), open.foreign, { id: "rest-foreign", "data-key": "rest-foreign" })
        : null,
    ),
  );
}
