// People without a card: residents by building and room, visitors with their host's consent, couriers, workers.

import { call, Unreachable } from "./api.js";
import { draftOfPerson, findNumber, newDraft } from "./check.js";
import { now } from "./clock.js";
import { button, h, show } from "./dom.js";
import { t } from "./messages.js";
import * as packs from "./pack.js";
import { emergencyButton, permitNumber, stepBar, strip, whereNow } from "./parts.js";
import { go } from "./routes.js";
import { mode, session } from "./session.js";

const foot = () => h("footer", { class: "thumb" }, emergencyButton());
const MANY = 12;

export function people() {
  if (mode() !== "ready") return go("calm");
  const classes = packs.current().rules.classes || {};
  const other = ["visitor", "courier", "worker"].map((klass) => {
    const allowed = !classes[klass] || classes[klass].allowed !== false;
    const note = allowed ? null : h("span", { class: "small" }, t("people.notallowed"));
    return button([t(`people.${klass}`), note], () => stranger(klass), { class: "row", id: `people-${klass}` });
  });
  return show("people", [
    stepBar(whereNow(), () => go("gate")),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t("people.title")),
      button(t("people.resident"), residents, { class: "row main", id: "people-resident" }),
      numberForm(),
      other,
      button(t("people.search"), () => search(), { class: "row" }),
    ),
    foot(),
  ]);
}

// Straight to the buildings: from a card that could not be used.
export const residents = () => buildings(residentRoom);

function numberForm() {
  const input = h("input", {
    id: "number",
    autocomplete: "off",
    autocapitalize: "characters",
    placeholder: t("people.numberHint"),
  });
  const wrong = h("p", { class: "wrong", role: "alert" });
  const submit = (event) => {
    event.preventDefault();
    const found = findNumber(input.value, packs.current());
    if (found === undefined || found === null) wrong.textContent = t("people.numberBad");
    else askPerson(found);
  };
  return h(
    "form",
    { class: "inline", onsubmit: submit },
    h("label", { for: "number" }, t("people.number")),
    h("div", { class: "typing" }, input, h("button", { type: "submit", class: "second" }, t("search.go"))),
    wrong,
  );
}

function askPerson(i, way) {
  go("ask", draftOfPerson(i, packs.current(), { nowMs: now(), direction: session.direction, way }));
}

// A list of buttons with a filter when it is long. `items`: [text, on tap].
function picker({ title, items, empty, back, extra, columns }) {
  const grid = h("div", { class: `grid ${columns || ""}` });
  const fill = (wanted) => {
    const shown = wanted ? items.filter(([text]) => text.toUpperCase().includes(wanted.toUpperCase())) : items;
    grid.replaceChildren(...shown.slice(0, 300).map(([text, pick]) => button(text, pick, { class: "cell" })));
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

// Many buildings come by estate first: the first word of their names.
function buildings(chosen, title = t("room.building")) {
  const names = [...packs.current().buildings.keys()].sort(byNumber);
  const estates = new Map();
  for (const name of names) {
    const [estate] = name.split(" ");
    estates.set(estate, [...(estates.get(estate) || []), name]);
  }
  const many = names.length > 2 * MANY && estates.size > 1;
  const back = () => buildings(chosen, title);
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
  picker({ title, items, empty: t("room.none"), back: people, columns: "two" });
}

function rooms(building, chosen, back) {
  const list = packs.current().buildings.get(building);
  const items = [...list.keys()]
    .sort(byNumber)
    .map((room) => [room, () => chosen(building, room, () => rooms(building, chosen, back))]);
  picker({ title: `${building} · ${t("room.room")}`, items, empty: t("room.none"), back, columns: "three" });
}

function residentRoom(building, room, back) {
  const pack = packs.current();
  const found = pack.buildings.get(building).get(room);
  const items = found.map((i) => [pack.people[i][1], () => askPerson(i)]);
  const help = () => notFound(building, room, () => residentRoom(building, room, back));
  picker({
    title: `${building} ${room} · ${t("room.person")}`,
    items,
    empty: t("room.nobody"),
    back,
    extra: button(t("room.missing"), help, { class: "row" }),
  });
}

function notFound(building, room, back) {
  show("pick", [
    stepBar(whereNow(), back),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", {}, t("room.missing")),
      h("p", {}, t("room.missingHelp")),
      button(t("people.visitor"), () => askStranger("visitor", `${building} ${room}`), { class: "row main" }),
      button(t("people.worker"), () => askStranger("worker", `${building} ${room}`), { class: "row" }),
      button(t("back"), () => go("gate"), { class: "row" }),
    ),
    foot(),
  ]);
}

function stranger(klass) {
  const rule = (packs.current().rules.classes || {})[klass] || {};
  const visits = klass === "visitor" || rule.needs === "host_consent";
  if (visits && session.direction === "in")
    buildings((building, room) => askStranger(klass, `${building} ${room}`), t("room.host"));
  else askStranger(klass, null);
}

function askStranger(klass, host) {
  go("ask", newDraft(now(), session.direction, { way: "visitor", klass, host }));
}

function search() {
  const input = h("input", {
    id: "search",
    autocomplete: "off",
    "aria-label": t("search.label"),
    placeholder: t("search.label"),
  });
  const results = h("div", { class: "list", role: "status" });
  const submit = async (event) => {
    event.preventDefault();
    const q = input.value.trim();
    if (!q) return;
    results.textContent = t("search.working");
    try {
      const { people: found } = await call("GET", "search", { device: session.device, query: { q } });
      results.replaceChildren(...(found.length ? found.map(hit) : [h("p", {}, t("search.none"))]));
    } catch (error) {
      results.textContent = error instanceof Unreachable ? t("search.offline") : error.message;
    }
  };
  show("search", [
    stepBar(whereNow(), people),
    strip(),
    h(
      "main",
      { class: "scroll list" },
      h("h1", { class: "small" }, t("search.title")),
      h(
        "form",
        { class: "inline", onsubmit: submit },
        h("div", { class: "typing" }, input, h("button", { type: "submit", class: "second" }, t("search.go"))),
      ),
      results,
    ),
    foot(),
  ]);
  input.focus();
}

function hit({ person, permit, permit_no: number, name, place }) {
  const draft = () =>
    newDraft(now(), session.direction, {
      way: "search",
      person: { uuid: person, name, building: place, room: "" },
      known: true,
      permitId: permit || null,
      number: number || null,
    });
  return button(
    [
      h("span", {}, name),
      h("span", { class: "small" }, [place, number && permitNumber(number)].filter(Boolean).join(" · ")),
    ],
    () => go("ask", draft()),
    {
      class: "row",
    },
  );
}
