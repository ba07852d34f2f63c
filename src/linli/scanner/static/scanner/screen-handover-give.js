// Giving: who is there, how many heads, then a code for the other side's phone – or its signature on this one.

import { timeText } from "./clock.js";
import { button, h, say, show } from "./dom.js";
import * as handovers from "./handovers.js";
import { keepThen } from "./keeping.js";
import { t } from "./messages.js";
import { stepBar, strip } from "./parts.js";
import { qrCanvas } from "./qr.js";
import { go } from "./routes.js";
import { keepAwake, signal } from "./signals.js";
import { agreedButton, difference, heads, newTick, present, tickBlock, unmetIds } from "./tick-list.js";

let tick = null;

export function give({ people }) {
  tick = newTick(people, handovers.unmetWith(people));
  draw();
}

const draw = () => show("handover-give", parts());
const again = () => show("handover-give", parts(), { same: true });

function parts() {
  const wrong = () => difference(tick);
  return [
    stepBar(t("handover.title"), () => go("handovers")),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t("handover.give.who")),
      h("p", { class: "small" }, t("handover.give.how")),
      tickBlock(tick, again),
    ),
    h(
      "footer",
      { class: "thumb" },
      agreedButton(t("handover.give.sign"), sign, wrong, { class: "second", id: "sign" }),
      agreedButton(t("handover.give.show"), offer, wrong, { class: "main", id: "show" }),
    ),
  ];
}

const sign = () =>
  go("handover-sign", {
    side: "gave",
    people: present(tick),
    counted: heads(tick),
    notMet: unmetIds(tick),
    next: present(tick)[0].next,
    back: draw,
  });

function offer() {
  let made;
  const write = async () => {
    made = await handovers.offer(present(tick), heads(tick), unmetIds(tick));
    signal("good");
    return made.kept;
  };
  return keepThen(write, () => go("handover-show", made));
}

// The code: for a camera, and as six digits for whoever has none.
export function showCode(made) {
  const people = made.travellers.map(handovers.personOf).filter(Boolean);
  const done = async () => {
    await handovers.handed(made.handover);
    go("handovers");
  };
  const takeBack = async () => {
    const kept = await handovers.takeBack(made.handover);
    say(t("walk.undone"));
    return kept;
  };
  const undo = () => keepThen(takeBack, () => go("handovers"));
  const signed = () =>
    go("handover-sign", {
      side: "gave",
      handover: made.handover,
      people,
      counted: made.counted,
      next: people.length ? people[0].next : null,
      back: () => showCode(made),
    });
  keepAwake(true);
  show(
    "handover-show",
    [
      stepBar(t("handover.title"), () => go("handovers")),
      strip(),
      h(
        "main",
        { class: "scroll list code-page" },
        h("h1", { class: "small" }, t("handover.show.title")),
        qrCanvas(made.text, t("handover.show.alt", { n: made.travellers.length })),
        h("p", {}, t("handover.show.facts", { n: made.travellers.length, time: timeText(made.at) })),
        h("p", { class: "small" }, t("handover.show.digits")),
        h("p", { class: "typed", id: "digits" }, `${made.code.slice(0, 3)} ${made.code.slice(3)}`),
        button(t("handover.show.sign"), signed, { class: "second wide", id: "sign" }),
      ),
      h(
        "footer",
        { class: "thumb" },
        button(t("handover.show.undo"), undo, { class: "second", id: "withdraw" }),
        button(t("handover.show.done"), done, { class: "main", id: "handed" }),
      ),
    ],
    { onleave: () => keepAwake(false) },
  );
}
