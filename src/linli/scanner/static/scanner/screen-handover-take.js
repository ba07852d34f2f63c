// Taking: the giver's code by camera or as six digits, or his signature here; then who is there, and how many heads.

import { now, timeText } from "./clock.js";
import { button, choices, h, say, show } from "./dom.js";
import { idOf, looksLikeTicket, read } from "./handover-ticket.js";
import * as handovers from "./handovers.js";
import { keepThen } from "./keeping.js";
import { t } from "./messages.js";
import { stepBar, strip } from "./parts.js";
import { go } from "./routes.js";
import { runName } from "./screen-handover.js";
import { scanPage } from "./screen-scan.js";
import { signal } from "./signals.js";
import { agreedButton, difference, heads, newTick, present, tickBlock } from "./tick-list.js";

const OLD = 30 * 60000;
const HOME = () => go("handovers");

export function take() {
  return scanPage("handover-take", {
    title: t("handover.take"),
    hint: t("handover.take.hint"),
    accept: looksLikeTicket,
    found: takeText,
    back: HOME,
    without: t("handover.take.nocamera"),
    footer: h(
      "footer",
      { class: "thumb" },
      button(t("handover.take.sign"), () => pick("sign"), { class: "second", id: "take-sign" }),
      button(t("handover.take.digits"), () => pick("digits"), { class: "second", id: "take-digits" }),
    ),
  });
}

// A text that a camera or a hand scanner has read.
export async function takeText(text) {
  const found = read(text);
  const giver = found && (await handovers.giverOf(found));
  const wrong = !found ? "cut" : giver.mine ? "own" : giver.known && !giver.right ? "forged" : null;
  if (wrong) return refuse(t(`handover.take.${wrong}`));
  const people = found.ticket.travellers.map((id) => handovers.personOf(id) || { id, name: "", building: "", door: "", next: null });
  signal("good");
  return confirmPage({ found, text, giver, tick: newTick(people) });
}

function refuse(sentence) {
  signal("bad");
  show("handover-refused", [
    stepBar(t("handover.take"), HOME),
    strip(),
    h("main", { class: "scroll calm" }, h("h1", { role: "alert" }, sentence)),
    h("footer", { class: "thumb" }, button(t("handover.take.again"), take, { class: "main" })),
  ]);
}

// After a scan: the giver's list, to be ticked on this side too.
function confirmPage(facts, same = false) {
  const { found, text, giver, tick } = facts;
  const { ticket } = found;
  const wrong = () => difference(tick, ticket.counted);
  const unknown = tick.people.filter((one) => !one.name).length;
  const confirm = async () => {
    const { handover } = ticket;
    return finish({ handover, side: "took", people: present(tick), counted: heads(tick), way: "scan", ticket: text });
  };
  show(
    "handover-confirm",
    [
      stepBar(t("handover.take"), HOME),
      strip(),
      h(
        "main",
        { class: "scroll list" },
        h("h1", { class: "small" }, t("handover.take.who", { n: ticket.travellers.length })),
        h("p", { class: "small" }, [giver.words ? t("handover.take.from", { who: giver.words }) : t("handover.take.stranger"), timeText(ticket.at)].join(" · ")),
        now() - ticket.at > OLD ? h("p", { class: "notice" }, t("handover.take.old", { time: timeText(ticket.at) })) : null,
        unknown ? h("p", { class: "notice" }, t("handover.take.unknown", { n: unknown })) : null,
        tickBlock(tick, () => confirmPage(facts, true), { side: null, told: ticket.counted }),
        wrong() && tick.there.size ? h("p", { class: "small" }, t("handover.take.differs")) : null,
      ),
      takeBar(tick, confirm, wrong),
    ],
    { same },
  );
}

const takeBar = (tick, act, wrong) =>
  h(
    "footer",
    { class: "thumb" },
    agreedButton(t("handover.take.confirm", { n: present(tick).length }), act, wrong, { class: "main", id: "confirm" }),
  );

// Without a code to scan: from the list of who is to come.
let picking = null; // {way: "digits" | "sign", run, tick, code, wrong}

const runsToCome = () => handovers.byRun(handovers.coming());

function pick(way) {
  const [first] = runsToCome();
  if (!first) return refuse(t("handover.take.nobody"));
  return pickRun(way, first);
}

// The list is that of one run: who is on another is not missing here.
function pickRun(way, { run, people }, same = false) {
  picking = { way, run, tick: newTick(people), code: "", wrong: "" };
  drawPick(same);
}

function runChoices() {
  const runs = runsToCome();
  if (runs.length < 2) return null;
  const key = (run) => (run ? run.id : "");
  const options = runs.map(({ run }) => ({ value: key(run), text: runName(run) }));
  const choose = (value) => pickRun(picking.way, runs.find(({ run }) => key(run) === value), true);
  return choices(t("handover.take.run"), options, key(picking.run), choose, { class: "two" });
}

function drawPick(same = false) {
  const { way, tick } = picking;
  const wrong = () => difference(tick);
  const sign = () =>
    go("handover-sign", { side: "took", people: present(tick), counted: heads(tick), next: holderOf(present(tick)), back: () => drawPick() });
  show(
    "handover-pick",
    [
      stepBar(t("handover.take"), take),
      strip(),
      h(
        "main",
        { class: "scroll list" },
        h("h1", { class: "small" }, t("handover.take.pick")),
        runChoices(),
        tickBlock(tick, () => drawPick(true), { side: "took" }),
        way === "digits" ? digitsField() : null,
      ),
      takeBar(tick, way === "digits" ? takeDigits : sign, wrong),
    ],
    { same },
  );
}

// Who has them all now, as far as this phone knows: {hands, words}, or null.
function holderOf(people) {
  const [first] = people;
  return first.hands && first.words && people.every((one) => one.hands === first.hands) ? first : null;
}

function digitsField() {
  const input = h("input", {
    id: "digits",
    inputMode: "numeric",
    autocomplete: "off",
    maxLength: 7,
    class: "code",
    value: picking.code,
    "data-key": "digits",
  });
  input.addEventListener("input", () => {
    picking.code = input.value;
  });
  return h(
    "div",
    { class: "inline" },
    h("label", { for: "digits" }, t("handover.take.type")),
    input,
    h("p", { class: "wrong", role: "alert", id: "wrong" }, picking.wrong),
  );
}

// The digits fit only whom the giver has ticked: a wrong list shows itself here.
async function takeDigits() {
  const { tick } = picking;
  const code = picking.code.replace(/\D/g, "");
  const people = present(tick);
  const handover = await idOf(code, people.map((one) => one.id));
  if (!handover) {
    picking.wrong = t(code.length === 6 ? "handover.take.mismatch" : "handover.take.six");
    signal("bad");
    return drawPick(true);
  }
  return finish({ handover, side: "took", people, counted: heads(tick), way: "code", code });
}

function finish(facts) {
  const write = async () => {
    const kept = await handovers.confirm(facts);
    signal("good");
    say(t("handover.recorded.took", { n: facts.people.length }));
    return kept;
  };
  return keepThen(write, HOME);
}
