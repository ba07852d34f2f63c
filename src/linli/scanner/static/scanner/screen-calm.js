// Pages that are not the gate: in-app browsers, missing abilities, a stopped shift, no list yet, and the start.

import { reach } from "./api.js";
import { now as clockNow, timeText } from "./clock.js";
import { button, h, isShown, say, show } from "./dom.js";
import * as handovers from "./handovers.js";
import { t } from "./messages.js";
import * as packs from "./pack.js";
import { emergencyButton, gateName, stepBar, strip } from "./parts.js";
import * as queue from "./queue.js";
import { go } from "./routes.js";
import { beat, isWalker, linkOf, mode, session } from "./session.js";
import { keepAwake, unlockSound } from "./signals.js";
import { closeCamera } from "./screen-gate.js";
import { languageButton } from "./screen-enrol.js";

const IN_APP = [
  [/MicroMessenger/i, "微信 WeChat"],
  [/DingTalk/i, "钉钉 DingTalk"],
  [/AlipayClient/i, "支付宝 Alipay"],
  [/Lark|Feishu/i, "飞书 Feishu"],
  [/\bQQ\//, "QQ"],
  [/Weibo/i, "微博 Weibo"],
  [/FBAN|FBAV|Instagram/i, "App"],
];

export const inApp = (agent = navigator.userAgent) => (IN_APP.find(([pattern]) => pattern.test(agent)) || [])[1];

export function openInBrowser(app) {
  const address = location.href;
  const copy = async (event) => {
    const pressed = event.target;
    try {
      await navigator.clipboard.writeText(address);
    } catch {
      const box = document.getElementById("address");
      box.select();
      document.execCommand("copy"); // in-app browsers often have only this
    }
    pressed.textContent = t("inapp.copied");
  };
  show("inapp", [
    stepBar(t("app.title")),
    h(
      "main",
      { class: "scroll calm" },
      h("h1", {}, t("inapp.title")),
      h("p", {}, t("inapp.body", { app })),
      h(
        "ol",
        { class: "steps" },
        [1, 2, 3].map((n) => h("li", {}, t(`inapp.step${n}`))),
      ),
      h("input", { id: "address", readOnly: true, value: address, "aria-label": t("inapp.copy") }),
      button(t("inapp.copy"), copy, { class: "main" }),
      linkOf(location.pathname + location.hash) ? h("p", { class: "small" }, t("inapp.unspent")) : null,
      languageButton(() => openInBrowser(app)),
    ),
  ]);
}

// Abilities without which there is no scanner at all.
export function lacking() {
  const list = [];
  if (!window.isSecureContext) list.push("secure");
  else if (!window.crypto || !crypto.subtle) list.push("crypto");
  if (!("indexedDB" in window) || !window.indexedDB) list.push("store");
  return list;
}

export function cannot(list) {
  const words = list.map((name) => t(`missing.${name}`)).join("、");
  show("cannot", [
    stepBar(t("app.title")),
    h(
      "main",
      { class: "scroll calm" },
      h("h1", {}, t("missing.title")),
      h("p", {}, t("missing.body", { list: words })),
      h("p", {}, t("missing.next")),
      h("a", { href: "/device-check", class: "button" }, t("missing.link")),
    ),
  ]);
}

export function fatal() {
  show("fatal", [
    stepBar(t("app.title")),
    h(
      "main",
      { class: "scroll calm" },
      h("h1", {}, t("fatal.title")),
      h("p", {}, t("fatal.body")),
      h("h2", {}, t("paper.title")),
      h("p", {}, t("paper.line")),
    ),
  ]);
}

export function start() {
  const now = mode();
  if (now === "enrol") return go("enrol");
  if (isWalker()) return go(handovers.isUnderWay() ? "handovers" : "walk");
  if (now === "cut" || now === "over") return go("calm");
  const pack = packs.current();
  const { shift } = session.device;
  const begin = () => {
    unlockSound();
    keepAwake(true);
    go("gate");
  };
  const lines = [
    t("start.shift", { start: timeText(Date.parse(shift.start)), end: timeText(Date.parse(shift.end)) }),
    pack ? t("start.pack", { n: pack.cards.size, time: timeText(pack.expires) }) : t("start.nopack"),
    pack && !pack.operation ? t("start.nooperation") : null,
    pack && pack.operation && pack.operation.replay ? t("start.replay", { name: pack.operation.name }) : null,
  ];
  return show("start", [
    stepBar(gateName()),
    strip(),
    h(
      "main",
      { class: "scroll calm" },
      h("h1", {}, t("start.title", { gate: gateName() })),
      lines.filter(Boolean).map((line) => h("p", {}, line)),
      h("p", { class: "small" }, t("start.allow")),
      languageButton(start),
      button(t("menu"), () => go("status"), { class: "second wide" }),
    ),
    h(
      "footer",
      { class: "thumb" },
      emergencyButton(),
      button(t("start.button"), begin, { class: "main", id: "start" }),
    ),
  ]);
}

// The phone says that it has a network, and nothing of ours answers: an expired certificate, a server that stands still.
// A page is not told which; the office finds out in a minute. The gate goes on.
export function noServer() {
  const facts = { time: timeText(reach.since || clockNow()), address: location.origin };
  const lines = [1, 2, 3].map((n) => h("li", {}, t(`noserver.step${n}`, facts)));
  show("noserver", [
    stepBar(gateName(), () => go("start")),
    strip(),
    h(
      "main",
      { class: "scroll calm" },
      h("h1", {}, t("noserver.title")),
      h("p", {}, t("noserver.body", facts)),
      h("h2", {}, t("noserver.tell")),
      h("ol", { class: "steps" }, lines),
      h("p", {}, t("noserver.dont")),
      button(t("status.upload"), () => beat().then(queue.kick), { class: "second wide" }),
    ),
    h("footer", { class: "thumb" }, emergencyButton()),
  ]);
}

// Cut off, over, or no list: calm, with the emergency button and the paper sheet.
export function calm() {
  const now = mode();
  if (isWalker()) return go("walk");
  if (now === "ready") return go("gate");
  if (now === "enrol") return go("enrol");
  closeCamera();
  keepAwake(false);
  const { count } = queue.state;
  const body = {
    cut: [t("cut.title"), count ? t("cut.body", { n: count }) : t("cut.empty"), t("cut.paper")],
    over: [t("over.title"), t("over.body"), null],
    nopack: [t("nopack.title"), t("nopack.body"), null],
  }[now];
  const same = isShown("calm");
  if (!same) say(body[0]);
  const parts = [
    stepBar(gateName()),
    strip(),
    h(
      "main",
      { class: "scroll calm" },
      h("h1", {}, body[0]),
      body.slice(1).map((line) => line && h("p", {}, line)),
      h("h2", {}, t("paper.title")),
      h("p", {}, t("paper.line")),
      now === "nopack" ? null : button(t("status.newshift"), () => go("enrol"), { class: "second wide", "data-key": "new" }),
      button(t("menu"), () => go("status"), { class: "second wide", "data-key": "menu" }),
    ),
    h("footer", { class: "thumb" }, emergencyButton()),
  ];
  return show("calm", parts, { same });
}
