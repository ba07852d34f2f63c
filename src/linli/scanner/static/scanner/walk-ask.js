// The controls that ask: the questions of a sheet, one block each; a photo; a note. What was said is kept in `draft`, as text.

import { button, choices, h } from "./dom.js";
import { languageNow, t } from "./messages.js";
import { now, timeText } from "./clock.js";
import { shrink } from "./photo.js";
import { amiss, read } from "./sheet.js";
import { uuid7 } from "./uuid7.js";

export const newDraft = () => ({ values: {}, photos: new Map(), note: "", tried: false });

const inLanguage = (zh, en) => (languageNow() === "en" && en ? en : zh);
export const labelOf = (ask) => inLanguage(ask.label, ask.label_en) + (ask.unit ? `（${ask.unit}）` : "");

// The answers that a visit carries, without empty ones; how many are missing or wrong.
export function readAll(asks, draft) {
  const values = {};
  const problems = asks.filter((ask) => {
    const raw = draft.values[ask.id] ?? "";
    const { problem } = read(ask, raw);
    if (!problem && raw !== "") values[ask.id] = raw;
    return problem;
  });
  return { values, problems };
}

export const photosOf = (draft) => [...draft.photos.entries()].map(([id, one]) => ({ id, jpeg: one.jpeg }));

function sentence(problem, ask) {
  if (problem !== "limits") return t(`walk.problem.${problem}`);
  if (ask.highest === null) return t("walk.problem.limits.low", { low: ask.lowest });
  if (ask.lowest === null) return t("walk.problem.limits.high", { high: ask.highest });
  return t("walk.problem.limits", { low: ask.lowest, high: ask.highest });
}

// What follows from an answer, under its control: a finding, or what is wrong with it.
function follows(ask, draft) {
  const raw = draft.values[ask.id] ?? "";
  const { value, problem } = read(ask, raw);
  if (problem && (draft.tried || raw !== "")) return h("p", { class: "wrong" }, sentence(problem, ask));
  if (value && amiss(ask, value)) {
    return h("p", { class: "notice" }, t("walk.finding", { text: inLanguage(ask.finding, ask.finding_en) }));
  }
  return null;
}

export function questionBlock(ask, draft, again) {
  const box = h("div", { class: "follows", "aria-live": "polite" });
  const tell = () => box.replaceChildren(...[follows(ask, draft)].filter(Boolean));
  const put = (raw) => {
    draft.values[ask.id] = raw;
    tell();
  };
  const pick = (raw) => {
    put(raw);
    again();
  };
  tell();
  return h(
    "section",
    { class: "block question", "data-question": String(ask.id) },
    h(
      "h2",
      { id: `ask-${ask.id}` },
      labelOf(ask),
      ask.required ? null : h("span", { class: "small" }, ` ${t("walk.optional")}`),
    ),
    CONTROLS[ask.kind](ask, draft, { put, pick, again }),
    box,
  );
}

const CONTROLS = {
  yes_no: (ask, draft, { pick }) => {
    const options = ["yes", "no"].map((value) => ({ value, text: t(`walk.${value}`) }));
    return choices(labelOf(ask), options, draft.values[ask.id], pick, { class: "two" });
  },
  choice: (ask, draft, { pick }) => choices(labelOf(ask), optionsOf(ask), draft.values[ask.id], pick),
  choices: (ask, draft, { pick }) => {
    const chosen = new Set((draft.values[ask.id] || "").split(" ").filter(Boolean));
    const turn = (code) => {
      if (!chosen.delete(code)) chosen.add(code);
      pick([...chosen].join(" "));
    };
    const one = ({ value, text }) =>
      button(text, () => turn(value), { "aria-pressed": String(chosen.has(value)), "data-key": `${ask.id}:${value}` });
    return h("div", { class: "choices", role: "group", "aria-labelledby": `ask-${ask.id}` }, optionsOf(ask).map(one));
  },
  number: (ask, draft, tools) => typed(ask, draft, tools, { inputMode: "decimal" }),
  temperature: (ask, draft, tools) => typed(ask, draft, tools, { inputMode: "decimal" }),
  text: (ask, draft, tools) => typed(ask, draft, tools, { maxLength: 200 }),
  time: (ask, draft, { put, pick }) =>
    h(
      "div",
      { class: "typing" },
      field(ask, draft, put, { type: "time" }),
      button(t("walk.now"), () => pick(timeText(now())), { "data-key": `${ask.id}:now` }),
    ),
  photo: (ask, draft, { pick, again }) =>
    photoControl(draft, draft.values[ask.id], (id) => pick(id), again, `photo-${ask.id}`),
};

const optionsOf = (ask) => ask.choices.map((one) => ({ value: one.code, text: inLanguage(one.label, one.label_en) }));

function field(ask, draft, put, props) {
  const input = h("input", {
    autocomplete: "off",
    "aria-labelledby": `ask-${ask.id}`,
    "data-key": `ask:${ask.id}`,
    value: draft.values[ask.id] || "",
    ...props,
  });
  input.addEventListener("input", () => put(input.value));
  return input;
}

const typed = (ask, draft, { put }, props) => field(ask, draft, put, props);

// A photo: taken, made small, kept in the draft. `id` of the one there is, `pick(id or "")` for another one or none.
export function photoControl(draft, id, pick, again, key) {
  const there = id && draft.photos.get(id);
  const line = h("p", { class: "small", role: "status" }, there ? t("walk.photo.kept") : "");
  const input = h("input", { type: "file", accept: "image/*", capture: "environment", hidden: true, id: key });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    line.textContent = t("walk.photo.working");
    try {
      const shot = await shrink(file);
      if (id) draft.photos.delete(id);
      const fresh = uuid7(now());
      draft.photos.set(fresh, shot);
      pick(fresh);
    } catch {
      line.textContent = t("walk.photo.failed");
    }
  });
  const drop = () => {
    draft.photos.delete(id);
    pick("");
    again();
  };
  return h(
    "div",
    { class: "photo" },
    there ? picture(there) : null,
    input,
    h(
      "div",
      { class: there ? "choices two" : "" },
      button(t(there ? "walk.photo.retake" : "walk.photo"), () => input.click(), {
        class: there ? "second" : "second wide",
        "data-key": key,
      }),
      there ? button(t("walk.photo.drop"), drop, { "data-key": `${key}-drop` }) : null,
    ),
    line,
  );
}

// A canvas shows it: no address of a picture leaves the page's policy.
function picture({ canvas }) {
  canvas.className = "shot";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", t("walk.photo.kept"));
  return canvas;
}

export function noteField(draft, label = t("walk.note"), rows = 2) {
  const input = h("textarea", { maxLength: 200, rows, id: "note", "data-key": "note" });
  input.value = draft.note;
  input.addEventListener("input", () => {
    draft.note = input.value;
  });
  return h("div", { class: "inline" }, h("label", { for: "note" }, label), input);
}
