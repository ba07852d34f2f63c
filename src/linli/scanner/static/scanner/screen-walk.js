// The walker's list: what is left, in walking order; doors of one building behind one row.

import { dayText, now, timeText } from "./clock.js";
import { button, h, isShown, mark, say, show } from "./dom.js";
import { keepThen } from "./keeping.js";
import { languageNow, t } from "./messages.js";
import * as packs from "./pack.js";
import { strip, walkBar } from "./parts.js";
import * as queue from "./queue.js";
import { go } from "./routes.js";
import { mode } from "./session.js";
import * as walk from "./walk.js";

const SHAPES = { done: "good", no_answer: "ask", refused: "bad", call_back: "open" };
let open = false; // whether what is done is shown too

const today = (ms) => new Date(ms).toDateString() === new Date(now()).toDateString();
export const whenText = (ms) =>
  today(ms) ? timeText(ms) : `${dayText(new Date(ms), languageNow())} ${timeText(ms)}`;

// The state of a target in words and a shape; null while nobody was there.
export function stateMark(target) {
  const { outcome, back } = walk.stateOf(target);
  if (!outcome) return null;
  const word = outcome === "call_back" && back ? t("walk.back", { time: whenText(back) }) : t(`walk.state.${outcome}`);
  return h("span", { class: `state ${outcome}` }, mark(SHAPES[outcome]), word);
}

export const nameOf = (target) => [target.building, target.door].filter(Boolean).join(" ");

// The bar under the list: what was just recorded, and one step back.
export function undoBar() {
  const last = walk.lastRecorded();
  if (!last) return null;
  const write = async () => {
    const kept = await walk.takeBack();
    say(t("walk.undone"));
    return kept;
  };
  const undo = () => keepThen(write, () => go("walk"));
  const text = t("walk.recorded", { what: last.name, state: t(`walk.state.${last.outcome}`) });
  return h(
    "div",
    { class: "undo", role: "status" },
    h("span", {}, text),
    button(t("walk.undo"), undo, { id: "undo", class: "second" }),
  );
}

// "Day 3 · by 10:00" for somebody with times of his own (morning, evening); null where the round's time holds.
export function ownTime(target) {
  if (!target.own) return null;
  const late = target.due < now() && !walk.isDone(target);
  const words = [target.day ? t("walk.day", { n: target.day }) : null, t(late ? "walk.past" : "walk.due", { time: whenText(target.due) })];
  return h("span", { class: `small own due ${late ? "is-late" : ""}` }, words.filter(Boolean).join(" · "));
}

function stopRow(target) {
  return button(
    [
      h("span", { class: "stop-name" }, nameOf(target)),
      target.whom ? h("span", { class: "small" }, target.whom) : null,
      ownTime(target),
      stateMark(target),
    ],
    () => go("walk-target", { targets: [target] }),
    { class: `row stop ${walk.isDone(target) ? "is-done" : ""}`, "data-key": target.id },
  );
}

function buildingRow({ building, targets }) {
  const left = targets.filter((one) => !walk.isDone(one)).length;
  return button(
    [
      h("span", { class: "stop-name" }, building),
      h("span", { class: "small" }, t("walk.building", { n: targets.length, left })),
    ],
    () => go("walk-doors", { building, round: targets[0].round }),
    { class: `row stop ${left ? "" : "is-done"}`, "data-key": `${targets[0].round}:${building}` },
  );
}

const row = (group) => (group.building ? buildingRow(group) : stopRow(group.targets[0]));
const allDone = (group) => group.targets.every(walk.isDone);

function roundBlock({ round, targets, left }) {
  const due = left ? Math.min(...targets.filter((one) => !walk.isDone(one)).map((one) => one.due)) : round.due;
  const late = due < now();
  const groups = walk.groups(targets);
  const shown = groups.filter((group) => open || !allDone(group));
  const hidden = groups.filter(allDone).reduce((sum, group) => sum + group.targets.length, 0);
  const turn = () => {
    open = !open;
    walkAgain();
  };
  const of = targets.length;
  return h(
    "section",
    { class: "block round" },
    h("h2", {}, round.title),
    h(
      "p",
      { class: `small due ${late && left ? "is-late" : ""}` },
      `${left ? t("walk.left", { n: left, of }) : t("walk.allDone", { of })} · `,
      t(late && left ? "walk.late" : "walk.due", { time: whenText(due) }),
    ),
    round.text ? h("p", {}, round.text) : null,
    zoned(shown),
    hidden ? button(t(open ? "walk.less" : "walk.more", { n: hidden }), turn, { class: "second wide", "data-key": round.id }) : null,
  );
}

// Rows with the name of their zone above the first of each, where there is more than one.
function zoned(groups) {
  const { zones } = packs.current();
  const many = new Set(groups.map((group) => group.targets[0].zone)).size > 1;
  let before;
  return groups.map((group) => {
    const { zone } = group.targets[0];
    const heading = many && zone !== before && zones[zone] ? h("h3", {}, zones[zone]) : null;
    before = zone;
    return [heading, row(group)];
  });
}

function calm(title, body) {
  const parts = [
    walkBar("walk"),
    strip(),
    h(
      "main",
      { class: "scroll calm" },
      h("h1", {}, title),
      h("p", {}, body),
      button(t("menu"), () => go("status"), { class: "second wide", "data-key": "menu" }),
    ),
  ];
  return show("calm", parts, { same: isShown("calm") });
}

function parts() {
  const found = walk.rounds();
  const of = found.reduce((sum, one) => sum + one.targets.length, 0);
  const left = found.reduce((sum, one) => sum + one.left, 0);
  const title = !of ? t("walk.none") : left ? t("walk.left", { n: left, of }) : t("walk.allDone", { of });
  return [
    walkBar("walk"),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { id: "left" }, title),
      of ? null : h("p", {}, t("walk.none.body")),
      found.map(roundBlock),
    ),
    undoBar(),
    h(
      "footer",
      { class: "thumb" },
      button(t("walk.report"), () => go("walk-report"), { class: "second", id: "report" }),
    ),
  ];
}

const walkAgain = () => show("walk", parts(), { same: true });

export function list() {
  const state = mode();
  if (state === "enrol") return go("enrol");
  if (state === "cut") return calm(t("walk.cut"), t("walk.cut.body", { n: queue.state.count }));
  if (state === "over") return calm(t("walk.over"), t("walk.over.body"));
  if (state !== "ready") return calm(t("walk.nopack"), t("walk.nopack.body"));
  if (isShown("walk")) return walkAgain();
  return show("walk", parts());
}
