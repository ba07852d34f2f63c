// What somebody says of himself at the gate: name, number, papers; from where a returnee comes. All of it may stay empty:
// nobody is kept waiting for it, and the office asks later what the gate could not.

import { now } from "./clock.js";
import { button, choices, h, show } from "./dom.js";
import { t } from "./messages.js";
import { stepBar, whereNow } from "./parts.js";

const LONGEST = 80;
const DAY = 86400000;
export const DAY_TEXT = /[0-9]{4}-[0-9]{2}-[0-9]{2}/;

const field = (name, label, facts) => [
  h("label", { for: name }, label),
  h("input", { id: name, autocomplete: "off", maxLength: LONGEST, ...facts }),
];
const valueOf = (name) => document.getElementById(name).value.trim();

function page(title, content, { save, done, extra }) {
  const submit = (event) => {
    event.preventDefault();
    save();
  };
  show("details", [
    stepBar(whereNow(), () => done()),
    h(
      "main",
      { class: "scroll list" },
      h(
        "form",
        { class: "stack", onsubmit: submit },
        h("h1", { class: "small" }, title),
        content,
        h("button", { type: "submit", class: "main", id: "save" }, t("done")),
        extra,
      ),
    ),
  ]);
}

// Only what was said: an empty word is no word.
function said(before, facts) {
  const all = Object.entries({ ...before, ...facts }).filter(([, text]) => text);
  return all.length ? Object.fromEntries(all) : null;
}

// Name, telephone, papers. `done(facts)` takes them, `done()` goes back without.
export function details({ draft, done }) {
  const before = draft.details || {};
  let { papers } = draft;
  const options = [
    { value: null, text: t("papers.own") },
    { value: "foreign", text: t("papers.foreign") },
    { value: "none", text: t("papers.none") },
  ];
  const box = h("div");
  const draw = () => {
    const pick = (value) => {
      papers = value;
      draw();
    };
    box.replaceChildren(choices(t("papers.title"), options, papers, pick, { class: "three" }));
  };
  draw();
  const save = () =>
    done({ papers, details: said(before, { name: valueOf("said-name"), phone: valueOf("said-phone"), note: valueOf("said-note") }) });
  page(
    t("details.title"),
    [
      h("p", { class: "small" }, t("details.why")),
      h("h2", {}, t("papers.title")),
      box,
      field("said-name", t("details.name"), { value: before.name || "" }),
      field("said-phone", t("details.phone"), { value: before.phone || "", inputMode: "tel" }),
      field("said-note", t("details.note"), { value: before.note || "" }),
    ],
    { save, done },
  );
}

const isoDay = (day) => {
  const two = (n) => String(n).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
};

// A returnee: from where, which day. Saying it later is an answer too: the office gets a task.
export function returning({ draft, done }) {
  const before = draft.details || {};
  const days = [0, 1, 2].map((n) => ({ value: isoDay(new Date(now() - n * DAY)), text: t(`returning.day${n}`) }));
  let day = (DAY_TEXT.exec(before.note) || [days[0].value])[0];
  const box = h("div");
  const draw = () => {
    const pick = (value) => {
      day = value;
      draw();
    };
    box.replaceChildren(choices(t("returning.when"), days, day, pick, { class: "three" }));
  };
  draw();
  const wrong = h("p", { class: "wrong", role: "alert" });
  const save = () => {
    const from = valueOf("said-from");
    if (!from) {
      wrong.textContent = t("returning.fromMissing");
      return;
    }
    done({ returning: true, details: said(before, { from, phone: valueOf("said-phone"), note: t("returning.arrived", { day }) }) });
  };
  const later = () => done({ returning: true, details: said(before, { from: "", note: "" }) });
  const not = () => done({ returning: false, details: said(before, { from: "", note: "" }) });
  page(
    t("returning.title"),
    [
      h("p", { class: "small" }, t("returning.why")),
      field("said-from", t("returning.from"), { value: before.from || "" }),
      wrong,
      h("h2", {}, t("returning.when")),
      box,
      field("said-phone", t("details.phone"), { value: before.phone || "", inputMode: "tel" }),
    ],
    {
      save,
      done,
      extra: [
        button(t("returning.later"), later, { class: "row", id: "returning-later" }),
        draft.returning ? button(t("returning.not"), not, { class: "row", id: "returning-not" }) : null,
      ],
    },
  );
}
