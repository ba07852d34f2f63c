// The camera: the page between two people.

import { draftOfCode } from "./check.js";
import { openCamera } from "./camera.js";
import { now } from "./clock.js";
import { button, h, show } from "./dom.js";
import { known, t } from "./messages.js";
import * as packs from "./pack.js";
import { emergencyButton, gateBar, strip } from "./parts.js";
import { looksLike } from "./permit-code.js";
import { go } from "./routes.js";
import * as party from "./party.js";
import { mode, session } from "./session.js";
import { isUsed } from "./visits.js";

const OUT_OF_VIEW = 1500;
const LIGHT_KNOWN = 800;

let video = null;
let camera = null;
let opening = false;
let trouble = null;
let torchOn = false;
let last = { text: "", seen: 0 };
// Milliseconds from the decoded code to the word on the page; read by the browser test.
export const timings = [];

export function gate() {
  if (mode() !== "ready") return go("calm");
  if (!video) video = h("video", { muted: true, playsInline: true, id: "video", "aria-hidden": "true" });
  last.seen = performance.now();
  draw();
  if (camera) camera.resume();
  else start();
  return undefined;
}

function draw() {
  if (document.getElementById("app").dataset.screen === "gate") return show("gate", parts(), { same: true });
  return show("gate", parts(), {
    onleave: () => {
      if (camera) camera.pause();
    },
  });
}

function parts() {
  const message = trouble ? t(`camera.${trouble.why}`, { why: trouble.name || "" }) : t("camera.starting");
  return [
    gateBar(),
    strip(),
    h(
      "main",
      { class: "view" },
      video,
      h("div", { class: "frame", "aria-hidden": "true" }),
      camera
        ? h("h1", { class: "hint" }, hint())
        : h(
            "div",
            { class: "trouble" },
            h("h1", {}, trouble ? t("camera.off") : t("camera.starting")),
            trouble ? h("p", {}, message) : null,
            trouble ? button(t("retry"), start) : null,
          ),
      camera && camera.torch
        ? button(t(torchOn ? "camera.torchOff" : "camera.torch"), toggleTorch, {
            class: "torch",
            "aria-pressed": String(torchOn),
          })
        : null,
      h("p", { class: "numbers", id: "numbers" }, numbers()),
    ),
    h(
      "footer",
      { class: "thumb" },
      emergencyButton(),
      button(t("camera.nocard"), () => go("people"), { class: "main" }),
    ),
  ];
}

function hint() {
  const group = party.waiting();
  return group ? t("party.hint", { n: group.at, of: group.of }) : t("camera.hint");
}

function numbers() {
  const inside = session.inside === null ? null : t("camera.inside", { n: session.inside });
  return [inside, t("camera.counted", { n: session.counted })].filter(Boolean).join(" · ");
}

// The guard may stand here already when the server's answer comes.
export function refreshNumbers() {
  const box = document.getElementById("numbers");
  if (box) box.textContent = numbers();
}

async function start() {
  if (opening) return;
  opening = true;
  trouble = null;
  try {
    camera = await openCamera(video, { accept: looksLike, found, failed, ended });
  } catch (error) {
    camera = null;
    trouble = known(`camera.${error.why}`) ? error : { why: "failed", name: String(error) };
  }
  opening = false;
  setTimeout(() => camera && camera.torch && here() && draw(), LIGHT_KNOWN);
  if (camera && !here()) camera.pause();
  if (here()) draw();
}

const here = () => document.getElementById("app").dataset.screen === "gate";

function failed() {
  closeCamera();
  trouble = { why: "reader" };
  if (here()) draw();
}

// Another app took the camera, or the phone slept: open it again when the guard looks.
function ended() {
  closeCamera();
  trouble = { why: "busy" };
  if (here()) draw();
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || !here()) return;
  if (camera) camera.resume();
  else if (video) start();
});

async function toggleTorch() {
  torchOn = !torchOn;
  await camera.torch(torchOn).catch(() => {
    torchOn = false;
  });
  draw();
}

export function closeCamera() {
  if (camera) camera.stop();
  camera = null;
  torchOn = false;
}

function found(text, decodedAt) {
  const same = text === last.text && performance.now() - last.seen < OUT_OF_VIEW;
  last = { text, seen: performance.now() };
  if (!same) readCode(text, decodedAt);
}

// A permit code from the camera or from a hand scanner.
export async function readCode(text, decodedAt) {
  const pack = packs.current();
  if (!pack || mode() !== "ready") return;
  const facts = {
    nowMs: now(),
    direction: session.direction,
    isRevoked: packs.isRevoked,
    isUsed: (visit) => isUsed(pack, visit, now()),
  };
  const draft = await draftOfCode(text, pack, facts);
  if (camera) camera.pause();
  go("ask", draft);
  requestAnimationFrame(() => setTimeout(() => timings.push(performance.now() - decodedAt)));
}
