// A new version waits until nothing is left to write or to upload and nobody stands at the gate; then the page opens again with it.

import * as queue from "./queue.js";
import { session } from "./session.js";

const IDLE = new Set(["start", "calm", "status", "enrol", "walk"]);
const EVERY = 30 * 60 * 1000;

export function watchForUpdates() {
  if (!("serviceWorker" in navigator)) return;
  const hadOne = Boolean(navigator.serviceWorker.controller);
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne) location.reload();
  });
  navigator.serviceWorker
    .register("/scan/sw.js", { scope: "/scan/", updateViaCache: "none" })
    .then((registration) => {
      setInterval(() => registration.update().catch(() => {}), EVERY);
      setInterval(() => takeOver(registration), 5000);
      takeOver(registration);
    })
    .catch(() => {}); // offline, or storage is full: the page works on, without being kept
}

function takeOver(registration) {
  const { waiting } = registration;
  session.update = Boolean(waiting);
  if (!waiting || !navigator.serviceWorker.controller) return;
  const idle = IDLE.has(document.getElementById("app").dataset.screen);
  if (idle && queue.isEmpty() && !session.unsaved.length) waiting.postMessage("take-over");
}
