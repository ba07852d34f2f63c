// The list of hand-overs: who is in your hands, what waits for the other side, who is to come, who is at home.

import { timeText } from "./clock.js";
import { button, h, isShown, mark, say, show } from "./dom.js";
import * as handovers from "./handovers.js";
import { keepThen } from "./keeping.js";
import { t } from "./messages.js";
import { strip, walkBar } from "./parts.js";
import * as queue from "./queue.js";
import { go } from "./routes.js";
import { whenText } from "./screen-walk.js";
import { who } from "./tick-list.js";
import { mode } from "./session.js";

let open = false; // whether who is at home is shown too

const sinceText = ({ words, since, place }) =>
  [place === "me" || !words ? null : t("handover.with", { who: words }), since ? t("handover.since", { time: whenText(since) }) : null]
    .filter(Boolean)
    .join(" · ");

function personLine(one) {
  const state = handovers.stateOf(one);
  const next = one.next && state.place === "me" ? t(one.next.about ? "handover.next.about" : "handover.next", { who: one.next.words, time: timeText(one.next.at) }) : null;
  return h(
    "li",
    { class: "person" },
    h("div", { class: "row-line" }, who(one)),
    h("p", { class: "small" }, state.place === "listed" ? t("handover.listed") : sinceText(state)),
    next ? h("p", { class: "small" }, next) : null,
  );
}

const people = (list) => h("ul", { class: "people" }, list.map(personLine));
export const runName = (run) =>
  run ? [t("handover.run", { n: run.number }), run.planned ? whenText(run.planned) : null].filter(Boolean).join(" · ") : t("handover.norun");

// In your hands: by run, then whom to bring to which door.
function mineBlock({ run, people: list }) {
  return h(
    "section",
    { class: "block round" },
    h("h2", {}, runName(run)),
    people(list),
    h(
      "div",
      { class: "choices" },
      button(t("handover.give.n", { n: list.length }), () => go("handover-give", { people: list }), {
        class: "main",
        "data-key": `give:${run ? run.id : ""}`,
      }),
      handovers.byDoor(list).map((door) => (door.home ? doorButton(door) : null)),
    ),
  );
}

const doorButton = (door) =>
  button(t("handover.home.to", { door: `${door.building} ${door.door}`.trim() }), () => go("handover-home", door), {
    class: "second",
    "data-key": `home:${door.home}`,
  });

function offerBlock(offer) {
  const again = () => go("handover-show", offer);
  return h(
    "section",
    { class: "block notice" },
    h("h2", {}, t("handover.waits", { n: offer.travellers.length, time: timeText(offer.at) })),
    button(t("handover.show.again"), again, { class: "second wide", "data-key": `show:${offer.handover}` }),
  );
}

const comingBlock = ({ run, people: list }) =>
  h("section", { class: "block round" }, h("h2", {}, runName(run)), people(list));

// The bar under the list: what was just recorded, and one step back.
function undoBar() {
  const last = handovers.lastRecorded();
  if (!last) return null;
  const write = async () => {
    const kept = await handovers.takeBack();
    say(t("walk.undone"));
    return kept;
  };
  const undo = () => keepThen(write, () => go("handovers"));
  return h(
    "div",
    { class: "undo", role: "status" },
    h("span", {}, t(`handover.recorded.${last.what}`, { n: last.n })),
    button(t("walk.undo"), undo, { id: "undo", class: "second" }),
  );
}

function parts() {
  const mine = handovers.mine();
  const coming = handovers.coming();
  const home = handovers.atHome();
  const n = handovers.holding();
  const turn = () => {
    open = !open;
    go("handovers");
  };
  return [
    walkBar("handovers"),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { id: "held" }, n ? t("handover.held", { n }) : t("handover.none")),
      !n && !coming.length && !home.length ? h("p", {}, t("handover.none.body")) : null,
      handovers.open().map(offerBlock),
      handovers.byRun(mine).map(mineBlock),
      coming.length ? h("h2", {}, t("handover.coming", { n: coming.length })) : null,
      handovers.byRun(coming).map(comingBlock),
      home.length
        ? button([mark("good"), t(open ? "handover.home.less" : "handover.home.n", { n: home.length })], turn, { class: "second wide state done", "data-key": "home" })
        : null,
      open && home.length ? people(home) : null,
    ),
    undoBar(),
    h(
      "footer",
      { class: "thumb" },
      button(t("handover.take"), () => go("handover-take"), { class: coming.length ? "main" : "second", id: "take" }),
    ),
  ];
}

// The same refusals as the list of rounds: a phone that was stopped, or has no list, says so there.
export function handoverList() {
  if (mode() !== "ready" || !handovers.part()) return go("walk");
  return show("handovers", parts(), { same: isShown("handovers") });
}
