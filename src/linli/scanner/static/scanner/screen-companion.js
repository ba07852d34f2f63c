// The next of people who come together. Those who came with a stranger have his errand; with a resident it is asked who
// they are: of the same home, a guest, or somebody with a card of his own.

import { newDraft } from "./check.js";
import { now } from "./clock.js";
import { button, h, pageNow, show } from "./dom.js";
import { t } from "./messages.js";
import * as packs from "./pack.js";
import * as party from "./party.js";
import { emergencyButton, stepBar, strip, whereNow } from "./parts.js";
import { outcomeOf, record } from "./record.js";
import { go } from "./routes.js";
import { askPerson } from "./screen-rooms.js";
import { session } from "./session.js";

export function companion() {
  const group = party.waiting();
  const pack = packs.current();
  if (!group || !pack) return go("gate");
  const { first } = group;
  if (first.direction === "out") return together();
  if (first.klass === "resident") return who(group, pack);
  return go("ask", newDraft(now(), session.direction, { way: "visitor", ...party.shared() }));
}

let writing = false;

// On the way out nobody is asked: the rows are written, and the gate is free again. The page before goes on by itself and by a tap.
async function together() {
  if (writing) return;
  writing = true;
  const page = pageNow();
  const pack = packs.current();
  try {
    while (party.waiting()) {
      const { klass, purpose } = party.waiting().first;
      const draft = newDraft(now(), "out", { way: "visitor", klass, purpose });
      party.join(draft);
      await record(draft, outcomeOf(draft, pack));
    }
  } finally {
    writing = false;
  }
  if (page === pageNow()) go("gate");
}

function who({ first }, pack) {
  const home = first.person || {};
  const host = { host: `${home.building || ""} ${home.room || ""}`.trim() || null, hostPlace: home.home ?? null };
  const same = ((pack.buildings.get(home.building) || new Map()).get(home.room) || []).filter(
    (i) => pack.people[i][0] !== home.uuid,
  );
  const facts = { way: "visitor", klass: "visitor", hostConsent: true, ...host };
  const guest = () => go("ask", newDraft(now(), session.direction, facts));
  show("companion", [
    stepBar(whereNow(), () => leave()),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t("party.who")),
      same.map((i) => button(pack.people[i][1], () => askPerson(i), { class: "row who" })),
      button(t("party.guest"), guest, { class: "row", id: "companion-guest" }),
      button(t("party.card"), () => go("gate"), { class: "row", id: "companion-card" }),
      button(t("people.resident"), () => go("rooms"), { class: "row" }),
      button(t("party.end"), leave, { class: "row second", id: "companion-end" }),
    ),
    h("footer", { class: "thumb" }, emergencyButton()),
  ]);
}

function leave() {
  party.end();
  go("gate");
}
