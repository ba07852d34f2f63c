// By estate, building and room: a resident without a card, a visitor's host, whom a parcel is for.

import { draftOfPerson } from "./check.js";
import { now } from "./clock.js";
import { button, h, show } from "./dom.js";
import { t } from "./messages.js";
import * as packs from "./pack.js";
import { emergencyButton, stepBar, strip, whereNow } from "./parts.js";
import { go } from "./routes.js";
import { session } from "./session.js";

const MANY = 12;
const back_ = () => go("people");
export const foot = () => h("footer", { class: "thumb" }, emergencyButton());

// A list of buttons with a filter when it is long. `items`: [text, on tap, small text].
export function picker({ title, items, empty, back, extra, columns }) {
  const grid = h("div", { class: `grid ${columns || ""}` });
  const cell = ([text, pick, small]) =>
    button([text, small ? h("span", { class: "small second-line" }, small) : null], pick, { class: "cell" });
  const fill = (wanted) => {
    const shown = wanted ? items.filter(([text]) => text.toUpperCase().includes(wanted.toUpperCase())) : items;
    grid.replaceChildren(...shown.slice(0, 300).map(cell));
  };
  fill("");
  const filter =
    items.length > MANY
      ? h("input", {
          class: "filter",
          placeholder: t("room.filter"),
          "aria-label": t("room.filter"),
          autocomplete: "off",
          oninput: (event) => event.isComposing || fill(event.target.value.trim()),
          oncompositionend: (event) => fill(event.target.value.trim()),
        })
      : null;
  show("pick", [
    stepBar(whereNow(), back),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, title),
      filter,
      items.length ? grid : h("p", {}, empty),
      extra,
    ),
    foot(),
  ]);
}

const byNumber = (a, b) => a.localeCompare(b, "zh-CN", { numeric: true });

// Many buildings come by estate first: the first word of their names. `chosen(building, room, back)`.
export function buildings(chosen, title = t("room.building"), leave = back_) {
  const names = [...packs.current().buildings.keys()].sort(byNumber);
  const estates = new Map();
  for (const name of names) {
    const [estate] = name.split(" ");
    estates.set(estate, [...(estates.get(estate) || []), name]);
  }
  const many = names.length > 2 * MANY && estates.size > 1;
  const back = () => buildings(chosen, title, leave);
  const room = (name, way) => [name, () => rooms(name, chosen, way)];
  const within = (estate, list) => {
    const items = list.map((name) => room(name, () => within(estate, list)));
    picker({ title: estate, items, empty: "", back, columns: "two" });
  };
  const items = many
    ? [...estates].map(([estate, list]) =>
        list.length > 1 ? [estate, () => within(estate, list)] : room(list[0], back),
      )
    : names.map((name) => room(name, back));
  picker({ title, items, empty: t("room.none"), back: leave, columns: "two" });
}

function rooms(building, chosen, back) {
  const list = packs.current().buildings.get(building);
  const items = [...list.keys()]
    .sort(byNumber)
    .map((room) => [room, () => chosen(building, room, () => rooms(building, chosen, back))]);
  picker({ title: `${building} · ${t("room.room")}`, items, empty: t("room.none"), back, columns: "three" });
}

// The facts of a host for a draft: what the page shows and the place that the server knows.
export function hostFacts(building, room) {
  const host = `${building} ${room}`;
  return { host, hostPlace: packs.current().places.get(host) ?? null };
}

// Choose a dwelling for something that is already on the page; `done()` goes back without a choice.
export function roomsFor({ title, done }) {
  buildings(
    (building, room) => done(hostFacts(building, room)),
    title,
    () => done(),
  );
}

// A resident without a card. `facts` are added to the draft: a returnee, a companion.
export function residents(facts = {}) {
  buildings((building, room, back) => household(building, room, back, facts));
}

export function askPerson(i, facts = {}) {
  const draft = draftOfPerson(i, packs.current(), { nowMs: now(), direction: session.direction });
  go("ask", Object.assign(draft, facts));
}

function household(building, room, back, facts) {
  const pack = packs.current();
  const found = pack.buildings.get(building).get(room);
  const items = found.map((i) => [pack.people[i][1], () => askPerson(i, facts)]);
  const help = () => notFound(building, room, () => household(building, room, back, facts), facts);
  picker({
    title: `${building} ${room} · ${t("room.person")}`,
    items,
    empty: t("room.nobody"),
    back,
    extra: button(t("room.missing"), help, { class: "row", id: "room-missing" }),
  });
}

// Somebody who says that he lives here and is not on the list is called about, never sent away by it.
function notFound(building, room, back, facts) {
  const host = { ...hostFacts(building, room), ...facts };
  const as = (klass) => () => go("stranger", { klass, facts: host });
  show("pick", [
    stepBar(whereNow(), back),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", {}, t("room.missing")),
      h("p", {}, t("room.missingHelp")),
      button(t("room.livesHere"), as("resident"), { class: "row main", id: "lives-here" }),
      button(t("people.visitor"), as("visitor"), { class: "row" }),
      button(t("people.worker"), as("worker"), { class: "row" }),
      button(t("back"), () => go("gate"), { class: "row" }),
    ),
    foot(),
  ]);
}
