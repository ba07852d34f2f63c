// Something seen on the way: where, what, a photo, and whether somebody must act.

import { now } from "./clock.js";
import { button, choices, h, say, show } from "./dom.js";
import { keepThen } from "./keeping.js";
import { t } from "./messages.js";
import * as packs from "./pack.js";
import { stepBar, strip } from "./parts.js";
import { go } from "./routes.js";
import { signal } from "./signals.js";
import * as walk from "./walk.js";
import { newDraft, noteField, photoControl, photosOf } from "./walk-ask.js";

const DAYS = { none: null, today: 0, tomorrow: 1, three: 3, week: 7 };
let facts = null;

export function report() {
  facts = { draft: newDraft(), photo: "", place: "", due: "tomorrow", tried: false };
  show("walk-report", parts());
}

const again = () => show("walk-report", parts(), { same: true });

function placeField() {
  const list = h(
    "select",
    { id: "place", "data-key": "place" },
    h("option", { value: "" }, t("walk.report.choose")),
    packs.current().places.map(([id, name]) => h("option", { value: String(id), selected: String(id) === facts.place }, name)),
  );
  list.addEventListener("change", () => {
    facts.place = list.value;
  });
  return h("div", { class: "inline" }, h("label", { for: "place" }, t("walk.report.where")), list);
}

function parts() {
  const options = Object.keys(DAYS).map((value) => ({ value, text: t(`walk.report.due.${value}`) }));
  const pickDue = (value) => {
    facts.due = value;
    again();
  };
  const pickPhoto = (id) => {
    facts.photo = id;
    again();
  };
  return [
    stepBar(t("walk.title"), () => go("walk")),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t("walk.report.title")),
      placeField(),
      noteField(facts.draft, t("walk.report.what"), 3),
      photoControl(facts.draft, facts.photo, pickPhoto, again, "photo"),
      h("h2", {}, t("walk.report.due")),
      choices(t("walk.report.due"), options, facts.due, pickDue, { class: "two" }),
      facts.tried ? h("p", { class: "wrong", role: "alert" }, t("walk.report.incomplete")) : null,
    ),
    h("footer", { class: "thumb" }, button(t("walk.report.save"), save, { class: "main", id: "save" })),
  ];
}

// The day by which somebody acts, as the phone's calendar has it.
function dayAfter(days) {
  const at = new Date(now());
  at.setDate(at.getDate() + days);
  const two = (n) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function save() {
  const note = facts.draft.note.trim();
  if (!facts.place || !note) {
    facts.tried = true;
    return again();
  }
  const days = DAYS[facts.due];
  const due = days === null ? null : dayAfter(days);
  const { draft, place } = facts;
  const write = async () => {
    const kept = await walk.report({ place: Number(place), note, due, photos: photosOf(draft) });
    signal("good");
    say(t("walk.report.kept"));
    return kept;
  };
  return keepThen(write, () => go("walk"));
}
