// Who is there: ticked by name, heads counted, and the difference in words (T04). A hand-over goes on only when they agree.

import { button, h, mark, say } from "./dom.js";
import { headCount } from "./head-count.js";
import { languageNow, t } from "./messages.js";
import { signal } from "./signals.js";

// `left`: who is on the list and stays behind, said by name. `unmet`: who is on their run and in nobody's hands yet; no head count
// passes over him in silence. `heads`: what was counted, as typed.
export const newTick = (people, unmet = []) => ({ people, unmet, there: new Set(), left: new Set(), heads: "" });

export const listed = (tick) => tick.people.filter((one) => !tick.left.has(one.id));
export const unmetIds = (tick) => tick.unmet.map((one) => one.id);
const unsaid = (tick) => tick.unmet.filter((one) => !tick.left.has(one.id));
export const present = (tick) => listed(tick).filter((one) => tick.there.has(one.id));
// A star stays with its name at the end of a line.
export const namesOf = (people) =>
  people.map((one) => called(one).replace(/\*/g, "\u2060*")).join(languageNow() === "en" ? ", " : "、");
export const called = (one) => one.name || t("handover.unnamed");
export const doorOf = (one) => [one.building, one.door].filter(Boolean).join(" ");

export const who = (one) => [h("span", { class: "stop-name" }, called(one)), h("span", { class: "small" }, doorOf(one))];

// Nobody counts one head; else null until somebody has.
export const heads = (tick) => {
  if (listed(tick).length < 2) return present(tick).length;
  return /^\d{1,2}$/.test(tick.heads.trim()) ? Number(tick.heads) : null;
};

// What does not agree, as a sentence; "" when the hand-over may go on. `told`: what the other side's code says that it counted.
export function difference(tick, told = null) {
  const list = listed(tick);
  const there = present(tick);
  const seen = heads(tick);
  const found = headCount(list, there, seen);
  const lines = [];
  if (found.missing.length) lines.push(t("handover.missing", { n: found.missing.length, names: namesOf(found.missing) }));
  if (seen === null) lines.push(t("handover.uncounted"));
  else if (found.uncounted > 0) lines.push(t("handover.more", { n: found.uncounted }));
  else if (found.uncounted < 0) lines.push(t("handover.fewer", { n: -found.uncounted }));
  const lost = unsaid(tick);
  if (lost.length) lines.push(t("handover.unmet", { n: lost.length, names: namesOf(lost) }));
  if (told !== null && !lines.length && told !== seen) lines.push(t("handover.told", { n: told }));
  if (!there.length) return t("handover.nobody");
  return lines.length ? [t("handover.of", { n: there.length, of: list.length }), ...lines].join("") : "";
}

// What may happen once list, names and heads agree; else the difference is said. `wrong()`: that difference, "" for none.
export function agreedButton(text, act, wrong, props = {}) {
  const press = () => {
    if (!wrong()) return act();
    signal("bad");
    say(wrong());
    document.getElementById("difference").scrollIntoView({ block: "center" });
    return undefined;
  };
  return button(text, press, { ...props, "data-agree": "", "aria-disabled": String(wrong() !== "") });
}

// `side`: of this phone, for the words by which somebody is left out; null where nobody can be. `again` draws the page anew.
export function tickBlock(tick, again, { side = "gave", told = null } = {}) {
  const turn = (one) => () => {
    if (!tick.there.delete(one.id)) tick.there.add(one.id);
    again();
  };
  const leave = (one) => () => {
    tick.left.add(one.id);
    tick.there.delete(one.id);
    again();
  };
  const row = (one) =>
    button([h("span", { class: "box" }, tick.there.has(one.id) ? mark("good") : null), who(one)], turn(one), {
      class: "row stop tick",
      "aria-pressed": String(tick.there.has(one.id)),
      "data-key": one.id,
    });
  const missing = tick.there.size ? listed(tick).filter((one) => !tick.there.has(one.id)) : [];
  const tell = () => {
    const wrong = difference(tick, told);
    box.replaceChildren(wrong);
    document.querySelectorAll("[data-agree]").forEach((one) => one.setAttribute("aria-disabled", String(wrong !== "")));
  };
  const box = h("p", { class: "difference", role: "status", id: "difference" }, difference(tick, told));
  return [
    h("div", { class: "grid", role: "group", "aria-label": t("handover.who") }, listed(tick).map(row)),
    listed(tick).length > 1 ? headsField(tick, tell) : null,
    box,
    tick.there.size
      ? unsaid(tick).map((one) =>
          button(t("handover.leave.unmet", { name: called(one) }), leave(one), { class: "second wide", "data-key": `unmet:${one.id}` }),
        )
      : null,
    side
      ? missing.map((one) =>
          button(t(`handover.leave.${side}`, { name: called(one) }), leave(one), { class: "second wide", "data-key": `leave:${one.id}` }),
        )
      : null,
  ];
}

function headsField(tick, tell) {
  const input = h("input", {
    id: "heads",
    inputMode: "numeric",
    autocomplete: "off",
    maxLength: 2,
    value: tick.heads,
    "data-key": "heads",
  });
  input.addEventListener("input", () => {
    tick.heads = input.value;
    tell();
  });
  return h("div", { class: "inline" }, h("label", { for: "heads" }, t("handover.heads")), input);
}
