// The other side has no phone: it signs here with a finger, or says yes. At the own door that is the traveller himself.

import { button, choices, h, say, show } from "./dom.js";
import * as handovers from "./handovers.js";
import { keepThen } from "./keeping.js";
import { t } from "./messages.js";
import { stepBar, strip } from "./parts.js";
import { go } from "./routes.js";
import { isSigned, signaturePad } from "./signature-pad.js";
import { signal } from "./signals.js";
import { agreedButton, difference, heads, newTick, present, tickBlock, unmetIds } from "./tick-list.js";

const GIVERS = ["airport_desk", "district_desk", "escort", "driver", "family", "other"];
const TAKERS = ["driver", "escort", "district_desk", "hospital", "central", "elsewhere", "family", "other"];
const LONGEST_NAME = 40;

let facts = null; // {side, people, counted, notMet, handover, next, back, role, name, path}

export function sign(given) {
  const role = given.next ? "planned" : "";
  facts = { handover: null, role, name: "", path: "", wrong: "", ...given };
  show("handover-sign", parts());
}

const again = () => show("handover-sign", parts(), { same: true });

function parts() {
  const pick = (value) => {
    facts.role = value;
    again();
  };
  return [
    stepBar(t("handover.title"), facts.back),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t(`handover.sign.${facts.side}`, { n: facts.people.length })),
      choices(t("handover.sign.role"), options(), facts.role, pick, { class: "two" }),
      facts.role && facts.role !== "planned" ? nameField() : null,
      padBlock(),
      h("p", { class: "wrong", role: "alert" }, facts.wrong),
    ),
    signBar(() => Boolean(facts.role)),
  ];
}

// Who was planned stands alone until it is somebody else.
function options() {
  const roles = facts.side === "took" ? GIVERS : TAKERS;
  const others = roles.map((value) => ({ value, text: t(`handover.role.${value}`) }));
  if (!facts.next) return others;
  const planned = { value: "planned", text: facts.next.words, class: "wide" };
  const other = { value: "", text: t(`handover.sign.else.${facts.side}`), class: "wide" };
  return facts.role === "planned" ? [planned, other] : [planned, ...others];
}

function nameField() {
  const input = h("input", { id: "name", autocomplete: "off", maxLength: LONGEST_NAME, value: facts.name, "data-key": "name" });
  input.addEventListener("input", () => {
    facts.name = input.value;
  });
  return h("div", { class: "inline" }, h("label", { for: "name" }, t("handover.sign.name")), input);
}

// The field keeps its strokes while the page is drawn anew.
function padBlock() {
  if (!facts.pad) {
    facts.pad = signaturePad((path) => {
      facts.path = path;
    });
  }
  return h("section", { class: "block" }, h("h2", {}, t("handover.sign.here")), facts.pad);
}

const signBar = (ready) =>
  h(
    "footer",
    { class: "thumb" },
    button(t("handover.sign.word"), () => finish("word", ready), { class: "second", id: "word" }),
    button(t("handover.sign.done"), () => finish("signature", ready), { class: "main", id: "signed" }),
  );

function otherSide() {
  if (facts.home) return { place: facts.home };
  return facts.role === "planned" ? { hands: facts.next.hands } : { role: facts.role, name: facts.name.trim() };
}

function finish(otherWay, ready) {
  const unsigned = otherWay === "signature" && !isSigned(facts.path);
  if (!ready() || unsigned) {
    facts.wrong = t(unsigned ? "handover.sign.empty" : "handover.sign.norole");
    signal("bad");
    return facts.home ? drawHome(true) : again();
  }
  const { side, people, counted, notMet, handover, role } = facts;
  const said = {
    handover: handover || handovers.newHandover(),
    side,
    people,
    counted,
    notMet,
    other: otherSide(),
    otherWay,
    signature: otherWay === "signature" ? facts.path : null,
    words: role === "planned" ? facts.next.words : role ? t(`handover.role.${role}`) : "",
  };
  const write = async () => {
    const kept = await handovers.confirm(said);
    signal("good");
    say(t("walk.recorded", { what: t("handover.title"), state: t("walk.done") }));
    return kept;
  };
  return keepThen(write, () => go("handovers"));
}

// At the door: who comes home here, then the traveller signs or says yes.
let tick = null;

export function home(door) {
  const here = handovers.unmetWith(door.people).filter((one) => one.home === door.home);
  tick = newTick(door.people, here);
  if (door.people.length === 1) tick.there.add(door.people[0].id);
  facts = { ...door, side: "gave", handover: null, role: "", path: "", wrong: "" };
  drawHome();
}

function drawHome(same = false) {
  const wrong = () => difference(tick);
  const ready = () => !wrong();
  const act = (way) => () => {
    Object.assign(facts, { people: present(tick), counted: heads(tick), notMet: unmetIds(tick) });
    return finish(way, ready);
  };
  show(
    "handover-home",
    [
      stepBar(t("handover.title"), () => go("handovers")),
      strip(),
      h(
        "main",
        { class: "scroll list" },
        h("h1", { class: "small" }, t("handover.home.at", { door: `${facts.building} ${facts.door}`.trim() })),
        h("p", { class: "small" }, t("handover.home.how")),
        tickBlock(tick, () => drawHome(true)),
        padBlock(),
        h("p", { class: "wrong", role: "alert" }, facts.wrong),
      ),
      h(
        "footer",
        { class: "thumb" },
        agreedButton(t("handover.sign.word"), act("word"), wrong, { class: "second", id: "word" }),
        agreedButton(t("handover.home.done"), act("signature"), wrong, { class: "main", id: "signed" }),
      ),
    ],
    { same },
  );
}
