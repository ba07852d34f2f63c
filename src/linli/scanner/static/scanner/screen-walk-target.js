// One target, or several doors of a building together: what came of it, the plan's questions, a note, a photo.

import { now } from "./clock.js";
import { button, h, isShown, say, show } from "./dom.js";
import { keepThen } from "./keeping.js";
import { t } from "./messages.js";
import * as packs from "./pack.js";
import { stepBar, strip } from "./parts.js";
import { go } from "./routes.js";
import { nameOf, ownTime, stateMark, undoBar, whenText } from "./screen-walk.js";
import { signal } from "./signals.js";
import * as walk from "./walk.js";
import { newDraft, noteField, photoControl, photosOf, questionBlock, readAll } from "./walk-ask.js";

const OTHERS = ["no_answer", "refused", "call_back"];
let facts = null; // {targets, draft, from}: what this page is about

const back = () => (facts.from ? go("walk-doors", facts.from) : go("walk"));
const called = () =>
  facts.targets.length === 1 ? nameOf(facts.targets[0]) : t("walk.recorded.n", { n: facts.targets.length });

// `from`: the building to go back to, {building, round}.
export function target({ targets, from = null }) {
  facts = { targets, from, draft: newDraft(), photo: "" };
  draw();
}

const draw = () => show("walk-target", parts());
const again = () => show("walk-target", parts(), { same: true });

function parts() {
  const { targets, draft } = facts;
  const sheet = walk.sheetOf(targets[0]);
  const [one] = targets;
  const before = targets.length === 1 ? stateMark(one) : null;
  const asksPhoto = sheet && sheet.questions.some((ask) => ask.kind === "photo");
  return [
    stepBar(packs.current().rounds[one.round].title, back),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", {}, called()),
      one.whom && targets.length === 1 ? h("p", { class: "who" }, one.whom) : null,
      targets.length === 1 ? ownTime(one) : null,
      targets.length > 1 ? h("p", { class: "small" }, targets.map((door) => door.door).join("、")) : null,
      before ? h("p", { class: "row-line" }, t("walk.last", { state: "" }), before) : null,
      sheet ? sheet.questions.map((ask) => questionBlock(ask, draft, again)) : null,
      asksPhoto ? null : photoControl(draft, facts.photo, pickPhoto, again, "photo"),
      noteField(draft),
    ),
    h(
      "footer",
      { class: "thumb outcomes" },
      h(
        "div",
        { class: "choices three" },
        OTHERS.map((outcome) => button(t(`walk.${outcome}`), () => pick(outcome), { id: `outcome-${outcome}` })),
        button(t(sheet ? "walk.done.sheet" : "walk.done"), finish, { class: "main wide", id: "done" }),
      ),
    ),
  ];
}

function pickPhoto(id) {
  facts.photo = id;
  again();
}

function pick(outcome) {
  if (outcome === "call_back") return callBack();
  return save(outcome);
}

// Done: with a sheet only when its answers can be read.
function finish() {
  const sheet = walk.sheetOf(facts.targets[0]);
  const { problems } = readAll(sheet ? sheet.questions : [], facts.draft);
  if (!problems.length) return save("done");
  facts.draft.tried = true;
  again();
  say(t("walk.missing", { n: problems.length }));
  const first = document.querySelector(`[data-question="${problems[0].id}"]`);
  if (first) first.scrollIntoView({ block: "start" });
  return undefined;
}

function save(outcome, at = null) {
  const { targets, draft, from } = facts;
  const sheet = walk.sheetOf(targets[0]);
  const values = outcome === "done" && sheet ? readAll(sheet.questions, draft).values : {};
  const said = { outcome, back: at, values, photos: photosOf(draft), note: draft.note.trim(), name: called() };
  const write = async () => {
    const kept = await walk.record(targets, said);
    signal("good");
    return kept;
  };
  return keepThen(write, () => {
    if (from) return go("walk-doors", from);
    const next = walk.nextAfter(targets);
    return next && !next.dwelling ? target({ targets: [next] }) : go("walk");
  });
}

// The next three sensible moments, at least half an hour away.
const HOURS = [9, 14, 19];
export function moments(nowMs) {
  const found = [];
  for (let day = 0; found.length < 3; day += 1) {
    for (const hour of HOURS) {
      const at = new Date(nowMs);
      at.setDate(at.getDate() + day);
      at.setHours(hour, 0, 0, 0);
      if (at.getTime() > nowMs + 1800000 && found.length < 3) found.push(at.getTime());
    }
  }
  return found;
}

function callBack() {
  const other = h("input", { type: "datetime-local", id: "other-time", "aria-label": t("walk.callback.other") });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const choose = () => {
    const at = new Date(other.value).getTime();
    if (!(at > now())) wrong.textContent = t("walk.callback.past");
    else save("call_back", at);
  };
  show("walk-back", [
    stepBar(called(), draw),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t("walk.callback.title")),
      h(
        "div",
        { class: "choices" },
        moments(now()).map((at) => button(whenText(at), () => save("call_back", at), { class: "moment" })),
      ),
      h("label", { for: "other-time" }, t("walk.callback.other")),
      other,
      wrong,
      button(t("walk.callback.save"), choose, { class: "second wide" }),
    ),
  ]);
}

// All doors of a building as big cells: mark several, then one save.
let building = null;
const marked = new Set();

export function doors({ building: name, round }) {
  if (!building || building.name !== name || building.round !== round) marked.clear();
  building = { name, round };
  drawDoors(isShown("walk-doors"));
}

function drawDoors(same) {
  const { name, round } = building;
  const all = packs.current().targets.filter((one) => one.round === round && one.dwelling && one.building === name);
  const chosen = all.filter((one) => marked.has(one.id));
  const left = all.filter((one) => !walk.isDone(one)).length;
  show(
    "walk-doors",
    [
      stepBar(packs.current().rounds[round].title, () => go("walk")),
      strip(),
      h(
        "main",
        { class: "scroll list" },
        h("h1", { class: "small" }, name),
        h("p", { id: "left" }, t("walk.building", { n: all.length, left })),
        h("p", { class: "small" }, chosen.length ? t("walk.marked", { n: chosen.length }) : t("walk.mark")),
        h("div", { class: "doors" }, all.map(cell)),
      ),
      chosen.length ? null : undoBar(),
      chosen.length ? bar(chosen) : null,
    ],
    { same },
  );
}

function cell(door) {
  const turn = () => {
    if (!marked.delete(door.id)) marked.add(door.id);
    drawDoors(true);
  };
  return button([h("span", { class: "door" }, door.door), stateMark(door)], turn, {
    class: `cell ${walk.stateOf(door).outcome || ""}`,
    "aria-pressed": String(marked.has(door.id)),
    "data-key": door.id,
  });
}

function bar(chosen) {
  const from = { ...building, building: building.name };
  const open = () => go("walk-target", { targets: chosen, from });
  const save_ = (outcome) => () => {
    const name = chosen.length === 1 ? nameOf(chosen[0]) : `${building.name} ${t("walk.recorded.n", { n: chosen.length })}`;
    const write = async () => {
      marked.clear();
      const kept = await walk.record(chosen, { outcome, name });
      signal("good");
      return kept;
    };
    return keepThen(write, () => drawDoors(true));
  };
  const asks = walk.sheetOf(chosen[0]);
  return h(
    "footer",
    { class: "thumb outcomes" },
    h(
      "div",
      { class: "choices two" },
      button(t("walk.no_answer"), save_("no_answer"), { id: "mark-no_answer" }),
      button(t("walk.refused"), save_("refused"), { id: "mark-refused" }),
      button(t("walk.call_back"), () => {
        open();
        callBack();
      }, { id: "mark-call_back" }),
      button(t("walk.done"), asks ? open : save_("done"), { class: "main", id: "mark-done" }),
    ),
  );
}
