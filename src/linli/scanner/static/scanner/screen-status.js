// What this phone is, carries and still has to send.

import * as clock from "./clock.js";
import { button, choices, h, show } from "./dom.js";
import { languageNow, t } from "./messages.js";
import * as packs from "./pack.js";
import { emergencyButton, gateName, roleName, span, stepBar, strip } from "./parts.js";
import * as queue from "./queue.js";
import { go } from "./routes.js";
import { appVersion, beat, isWalker, refreshPack, session } from "./session.js";
import { languageButton } from "./screen-enrol.js";
import { setSound } from "./signals.js";
import { queued } from "./store.js";
import * as theme from "./theme.js";

const SOUND = "linli-scan-sound";
export const restoreSound = () => setSound(localStorage.getItem(SOUND) !== "off");

let seen = { kept: false, parked: [] };

export function status() {
  draw();
  look();
}

const here = () => document.getElementById("app").dataset.screen === "status";

async function look() {
  const kept = navigator.storage && navigator.storage.persisted ? await navigator.storage.persisted() : false;
  const rows = await queued.all().catch(() => []);
  seen = { kept, parked: rows.filter((row) => row.parked) };
  if (here()) draw(true);
}

function facts(kept) {
  const pack = packs.current();
  const { shift } = session.device;
  const moment = (text) => clock.timeText(Date.parse(text));
  const { count, lastUpload } = queue.state;
  const skew = clock.skew();
  const clockText = skew > 0 ? t("strip.clock.ahead", { n: span(skew) }) : t("strip.clock.behind", { n: span(skew) });
  return [
    [isWalker() ? "walk.walker" : "status.gate", `${gateName()} · ${session.device.neighbourhood.name}`],
    roleName() ? ["status.role", roleName()] : null,
    isWalker()
      ? ["walk.until", clock.dayText(new Date(shift.end), languageNow())]
      : ["status.shift", `${moment(shift.start)}–${moment(shift.end)}`],
    ["status.queue", count ? t("status.queue.n", { n: count }) : t("status.queue.none")],
    ["status.lastUpload", lastUpload ? clock.timeText(lastUpload) : t("status.never")],
    ["status.pack", pack ? packText(pack) : t("status.pack.none")],
    pack && pack.rules ? ["status.rules", `${pack.rules.code}@${pack.rules.version}`] : null,
    ["status.clock", Math.abs(skew) > 2000 ? clockText : t("status.clock.ok")],
    ["status.storage", t(kept ? "status.storage.kept" : "status.storage.may")],
    ["status.version", session.update ? t("status.version.new") : appVersion()],
  ].filter(Boolean);
}

function packText(pack) {
  const time = clock.timeText(pack.expires);
  return pack.targets
    ? t("walk.pack.n", { n: pack.targets.length, time: `${clock.dayText(new Date(pack.expires), languageNow())} ${time}` })
    : t("status.pack.n", { n: pack.cards.size, time });
}

function draw(same) {
  const { kept, parked } = seen;
  // Answers come when they come; the guard may be elsewhere by then.
  const again = () => here() && look();
  const upload = async () => {
    await Promise.all([beat(), queue.kick()]);
    again();
  };
  const refresh = async () => {
    await refreshPack().catch(() => {});
    again();
  };
  const themes = ["auto", "day", "night"].map((value) => ({ value, text: t(`status.theme.${value}`) }));
  const sounds = ["on", "off"].map((value) => ({ value, text: t(`status.${value}`) }));
  const pickTheme = (value) => {
    theme.choose(value);
    again();
  };
  const pickSound = (value) => {
    localStorage.setItem(SOUND, value);
    restoreSound();
    again();
  };
  show(
    "status",
    [
      stepBar(t("status.title"), () => go("start")),
      strip(),
      h(
        "main",
        { class: "scroll list" },
        h("h1", { class: "small" }, t("status.title")),
        h(
          "dl",
          {},
          facts(kept).map(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, value)]),
        ),
        button(t("status.upload"), upload, { class: "row" }),
        button(t("status.refresh"), refresh, { class: "row" }),
        h("h2", {}, t("status.theme")),
        choices(t("status.theme"), themes, theme.chosen(), pickTheme, { class: "three" }),
        h("h2", {}, t("status.sound")),
        choices(t("status.sound"), sounds, localStorage.getItem(SOUND) || "on", pickSound, { class: "two" }),
        languageButton(again),
        h("h2", {}, t("status.paper")),
        h("p", {}, t(isWalker() ? "walk.paper" : "paper.line")),
        parked.length ? [h("h2", {}, t("status.parked")), h("pre", {}, JSON.stringify(parked, null, 1))] : null,
        h("p", { class: "small" }, t("status.newshift.why")),
        button(t(isWalker() ? "walk.enrolAgain" : "status.newshift"), () => go("enrol"), { class: "row" }),
        h("a", { href: "/device-check", class: "row button" }, t("status.check")),
      ),
      h("footer", { class: "thumb" }, emergencyButton()),
    ],
    { same },
  );
}
