// People without a card: residents by building and room, announced visits, strangers by their errand.

import { call, Unreachable } from "./api.js";
import { draftOfVisit, findNumber, newDraft } from "./check.js";
import { now, nowSeconds, timeText } from "./clock.js";
import { button, h, show } from "./dom.js";
import { t } from "./messages.js";
import * as packs from "./pack.js";
import { emergencyButton, permitNumber, stepBar, strip, whereNow } from "./parts.js";
import { go } from "./routes.js";
import { classRules } from "./rules.js";
import { askPerson, buildings, foot, hostFacts, picker, residents } from "./screen-rooms.js";
import { mode, session } from "./session.js";
import { isUsed } from "./visits.js";

const KLASSES = ["visitor", "courier", "worker", "staff"];

export function people() {
  if (mode() !== "ready") return go("calm");
  const announced = packs.visitsNow(packs.current(), nowSeconds());
  const incoming = session.direction === "in";
  return show("people", [
    stepBar(whereNow(), () => go("gate")),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t("people.title")),
      button(t("people.resident"), () => residents(), { class: "row main", id: "people-resident" }),
      numberForm(),
      announced.length
        ? button(t("people.visits", { n: announced.length }), () => visits(announced), {
            class: "row second",
            id: "people-visits",
          })
        : null,
      h("div", { class: "choices two" }, KLASSES.map(klassButton)),
      incoming ? button(t("people.returning"), returnee, { class: "row", id: "people-returning" }) : null,
      incoming ? button(t("people.foreign"), () => go("welcome"), { class: "row", id: "people-foreign" }) : null,
      button(t("people.search"), () => search(), { class: "row", id: "people-search" }),
    ),
    foot(),
  ]);
}

function klassButton(klass) {
  const { rules } = packs.current();
  const { allowed, point } = classRules({ klass, purpose: null }, rules);
  const word = point ? t("people.point") : t("people.notallowed");
  const note = allowed && !point ? null : h("span", { class: "small second-line" }, word);
  return button([t(`people.${klass}`), note], () => stranger({ klass }), { id: `people-${klass}` });
}

function numberForm() {
  const input = h("input", {
    id: "number",
    autocomplete: "off",
    autocapitalize: "characters",
    placeholder: t("people.numberHint"),
  });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const submit = (event) => {
    event.preventDefault();
    const found = findNumber(input.value, packs.current());
    if (found === undefined || found === null) wrong.textContent = t("people.numberBad");
    else askPerson(found);
  };
  return h(
    "form",
    { class: "inline", onsubmit: submit },
    h("label", { for: "number" }, t("people.number")),
    h("div", { class: "typing" }, input, h("button", { type: "submit", class: "second" }, t("search.go"))),
    wrong,
  );
}

// Somebody without a card, by his errand. Whom he comes to is asked first where a household has to agree.
export function stranger({ klass, facts = {} }) {
  const { rules } = packs.current();
  const rule = classRules({ klass, purpose: null }, rules);
  const needs = [rule, ...Object.values(rule.purposes || {})].some((one) => one.needs === "host_consent");
  const hosted = (klass === "visitor" || needs) && !rule.point && session.direction === "in";
  if (!hosted || facts.host) return askStranger(klass, facts);
  const chosen = (building, room, back) => {
    const host = hostFacts(building, room);
    const announced = packs.visitsNow(packs.current(), nowSeconds());
    const here = announced.filter((one) => one.klass === klass && `${one.building} ${one.room}` === host.host);
    if (here.length) pickVisit(here, back, () => askStranger(klass, { ...facts, ...host }));
    else askStranger(klass, { ...facts, ...host });
  };
  return buildings(chosen, t("room.host"));
}

function askStranger(klass, facts) {
  go("ask", newDraft(now(), session.direction, { way: klass === "resident" ? "room" : "visitor", klass, ...facts }));
}

// Those whom a household has announced for now, at whichever gate.
function visits(list) {
  pickVisit(list, people);
}

function pickVisit(list, back, other) {
  const pack = packs.current();
  const hours = ({ from, until }) => `${timeText(from * 1000)}–${timeText(until * 1000)}`;
  const small = (one) =>
    [
      t(`card.${one.klass}`),
      one.party > 1 ? t("visit.party", { n: one.party }) : null,
      hours(one),
      isUsed(pack, one.visit, now()) ? t("visit.used") : null,
      one.gate === pack.gate.id ? null : (pack.gates || {})[one.gate] || t("visit.otherGate"),
    ]
      .filter(Boolean)
      .join(" · ");
  const items = [...list]
    .sort((a, b) => a.building.localeCompare(b.building, "zh-CN", { numeric: true }) || a.from - b.from)
    .map((one) => [`${one.building} ${one.room}`, () => askVisit(one), small(one)]);
  const extra = other ? button(t("visit.notThese"), other, { class: "row", id: "visit-other" }) : null;
  picker({ title: t("visit.which"), items, empty: "", back, extra });
}

// Picked from the list it is what its code would be: good for one entry, at one gate.
function askVisit(row) {
  const pack = packs.current();
  const draft = draftOfVisit(row, { nowMs: now(), direction: session.direction });
  if (session.direction === "in") {
    if (isUsed(pack, row.visit, now())) draft.card = "used";
    else if (row.gate !== pack.gate.id) draft.card = "visit_other_gate";
  }
  go("ask", draft);
}

// Back from elsewhere: first who it is, then from where.
const returnee = () => residents({ returning: true });

function search() {
  const input = h("input", {
    id: "search",
    autocomplete: "off",
    "aria-label": t("search.label"),
    placeholder: t("search.label"),
  });
  const results = h("div", { class: "list", role: "status" });
  const submit = async (event) => {
    event.preventDefault();
    const q = input.value.trim();
    if (!q) return;
    results.textContent = t("search.working");
    try {
      const { people: found } = await call("GET", "search", { device: session.device, query: { q } });
      results.replaceChildren(...(found.length ? found.map(hit) : [h("p", {}, t("search.none"))]));
    } catch (error) {
      results.textContent = error instanceof Unreachable ? t("search.offline") : error.message;
    }
  };
  show("search", [
    stepBar(whereNow(), people),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t("search.title")),
      h(
        "form",
        { class: "inline", onsubmit: submit },
        h("div", { class: "typing" }, input, h("button", { type: "submit", class: "second" }, t("search.go"))),
      ),
      results,
    ),
    h("footer", { class: "thumb" }, emergencyButton()),
  ]);
  input.focus();
}

function hit({ person, permit, permit_no: number, name, place }) {
  const draft = () =>
    newDraft(now(), session.direction, {
      way: "search",
      person: { uuid: person, name, building: place, room: "" },
      known: true,
      permitId: permit || null,
      number: number || null,
    });
  return button(
    [
      h("span", {}, name),
      h("span", { class: "small" }, [place, number && permitNumber(number)].filter(Boolean).join(" · ")),
    ],
    () => go("ask", draft()),
    {
      class: "row",
    },
  );
}
