// Parts that several screens share: the bar on top, the calm strip, the bar below, keypads.

import { isServerMissing } from "./api.js";
import * as clock from "./clock.js";
import { button, choices, h } from "./dom.js";
import * as handovers from "./handovers.js";
import { known, reason, t } from "./messages.js";
import * as packs from "./pack.js";
import * as party from "./party.js";
import * as queue from "./queue.js";
import { recordEmergency } from "./record.js";
import { go } from "./routes.js";
import { directions, isWalker, session, setDirection } from "./session.js";

export function span(ms) {
  const minutes = Math.max(1, Math.round(Math.abs(ms) / 60000));
  if (minutes < 90) return t("minutes", { n: minutes });
  return minutes < 48 * 60 ? t("hours", { n: Math.round(minutes / 60) }) : t("days", { n: Math.round(minutes / 1440) });
}

// What a guard should know, most important first; nothing at all when all is well.
function stripLines() {
  const lines = [];
  const { count, parked, error } = queue.state;
  const online = queue.isOnline();
  if (session.unsaved.length) lines.push(["alarm", t("strip.memory", { n: session.unsaved.length }), "store"]);
  else if (session.storeFails) lines.push(["alarm", t("strip.store"), "store"]);
  const waiting = count ? [t("strip.queued", { n: count })] : [];
  if (isServerMissing()) lines.push(["calm", [t("strip.noserver"), ...waiting].join(" · "), "noserver"]);
  else if (!online) lines.push(["calm", [t("strip.offline"), ...waiting].join(" · "), "status"]);
  else if (count && error) lines.push(["calm", t("strip.failed", { n: count, why: error.message }), "status"]);
  else if (count > 3) lines.push(["calm", t("strip.uploading", { n: count }), "status"]);
  if (session.differs) {
    const what = reason(session.differs.reason);
    lines.push(["alarm", t("strip.differs", { what }), "differs"]);
  }
  if (parked) lines.push(["calm", t("strip.parked", { n: parked }), "status"]);
  if (Math.abs(clock.skew()) > 120000) {
    const key = clock.skew() > 0 ? "strip.clock.ahead" : "strip.clock.behind";
    lines.push(["calm", t(key, { n: span(clock.skew()) }), "status"]);
  }
  if (isWalker()) return lines;
  const group = party.waiting();
  if (group) lines.push(["calm", t("strip.party", { n: group.at, of: group.of }), "party"]);
  const pack = packs.current();
  if (pack && pack.expires - clock.now() < 1800000) {
    lines.push(["calm", t("strip.expiring", { n: span(pack.expires - clock.now()) }), "status"]);
  }
  if (pack && !pack.operation) lines.push(["plain", t("strip.count")]);
  if (pack && pack.operation && pack.operation.replay) lines.push(["plain", t("strip.replay")]);
  return lines;
}

export function strip() {
  const follow = (where) => () => {
    if (where === "differs") {
      session.differs = null;
      go("gate");
    } else if (where === "party") {
      party.end();
      go("gate");
    } else go(where);
  };
  return h(
    "div",
    { class: "strips", id: "strips", role: "status" },
    stripLines().map(([kind, text, where]) =>
      where ? button(text, follow(where), { class: `strip ${kind}` }) : h("p", { class: `strip ${kind}` }, text),
    ),
  );
}

export function refreshStrip() {
  const before = document.getElementById("strips");
  if (!before) return;
  const after = strip();
  if (before.textContent !== after.textContent) before.replaceWith(after);
  const clockBox = document.getElementById("clock");
  if (clockBox) clockBox.textContent = clock.timeText(clock.now());
}

// A permit number as it is printed: three, three, and the check character.
export const permitNumber = (number) =>
  /^[0-9A-Z]{7}$/.test(number) ? `${number.slice(0, 3)}-${number.slice(3, 6)}-${number.slice(6)}` : number;

export const gateName = () => (session.device ? session.device.gate.name : t("app.title"));
// Who stands here with this phone: guard, property, volunteer, staff of a body.
export const roleName = () => {
  const { role } = session.device || {};
  return role && known(`role.${role}`) ? t(`role.${role}`) : null;
};

const clockBox = () => h("span", { class: "clock", id: "clock" }, clock.timeText(clock.now()));

// The bar of the camera: gate, direction as one switch, time.
export function gateBar() {
  const role = roleName();
  const options = directions().map((value) => ({ value, text: t(`direction.${value}`) }));
  const pick = (value) => {
    setDirection(value).catch(() => {}); // a full disk must not stop the gate
    go("gate");
  };
  return h(
    "header",
    { class: "bar" },
    button([h("span", {}, gateName()), role ? h("small", {}, role) : null], () => go("status"), {
      class: "name",
      "aria-label": [gateName(), role, t("menu")].filter(Boolean).join(" · "),
    }),
    choices(t("direction.label"), options, session.direction, pick, { class: "switch" }),
    clockBox(),
  );
}

// The bar of a walker: whose phone it is, and his two lists where he brings people home, too.
export function walkBar(here) {
  const both = handovers.part() !== null;
  const options = ["walk", "handovers"].map((value) => ({ value, text: t(value === "walk" ? "walk.title" : "handover.title") }));
  const [first, second] = both ? [gateName(), null] : [t("walk.title"), gateName()];
  return h(
    "header",
    { class: "bar" },
    button([h("span", {}, first), second ? h("small", {}, second) : null], () => go("status"), {
      class: "name",
      "aria-label": [first, second, t("menu")].filter(Boolean).join(" · "),
    }),
    both ? choices(t("handover.views"), options, here, go, { class: "switch" }) : null,
    clockBox(),
  );
}

// The bar of a step: back, where we are, time.
export function stepBar(title, back) {
  return h(
    "header",
    { class: "bar" },
    back
      ? button([h("span", { class: "arrow", "aria-hidden": "true" }, "‹"), t("back")], back, { class: "back" })
      : null,
    h("span", { class: "where" }, title),
    clockBox(),
  );
}

export const whereNow = () => `${gateName()} · ${t(`direction.${session.direction}`)}`;

let pressing = false;

// Emergency: the page says "open" at once; the row is written meanwhile.
export function emergencyButton() {
  if (isWalker()) return null;
  const press = () => {
    if (pressing) return;
    pressing = true;
    const kept = recordEmergency().finally(() => {
      pressing = false;
    });
    go("emergency", { kept });
  };
  return button(t("emergency"), press, { class: "emergency", id: "emergency" });
}

// A keypad on its own layer. `shown(text)` formats what was typed; `accept(text)` gives a value or undefined.
export function keypad({ title, shown, accept, wrong, longest, cancel, pick }) {
  let typed = "";
  const display = h("output", { class: "typed" }, shown(""));
  const note = h("p", { class: "wrong", role: "alert" });
  const press = (key) => {
    typed = key === "back" ? typed.slice(0, -1) : (typed + key).slice(0, longest);
    display.textContent = shown(typed);
    note.textContent = "";
  };
  const finish = () => {
    const value = accept(typed);
    if (value === undefined) note.textContent = wrong;
    else pick(value);
  };
  const digit = (key) => button(key, () => press(key), { class: "key" });
  return [
    stepBar(whereNow(), cancel),
    h(
      "main",
      { class: "pad scroll" },
      h("h1", { class: "small" }, title),
      display,
      note,
      h(
        "div",
        { class: "keys" },
        ["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(digit),
        button(t("delete"), () => press("back"), { class: "key soft" }),
        digit("0"),
        button(t("done"), finish, { class: "key main" }),
      ),
    ),
  ];
}
