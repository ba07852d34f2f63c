// The scanner's start: register the screens, the service worker, the hand scanner; then show where we are.

import { looksLike } from "./permit-code.js";
import { refreshStrip } from "./parts.js";
import * as queue from "./queue.js";
import { saveAgain } from "./record.js";
import { go, register } from "./routes.js";
import * as calmScreens from "./screen-calm.js";
import { ask } from "./screen-ask.js";
import { companion } from "./screen-companion.js";
import { details, returning } from "./screen-details.js";
import { enrolment, restoreLanguage } from "./screen-enrol.js";
import { foreign, welcome } from "./screen-foreign.js";
import { gate, readCode, refreshNumbers, timings } from "./screen-gate.js";
import { emergency, outcome, storeTrouble } from "./screen-outcome.js";
import { people, stranger } from "./screen-people.js";
import { residents, roomsFor } from "./screen-rooms.js";
import { looksLikeTicket } from "./handover-ticket.js";
import * as handovers from "./handovers.js";
import { handoverList } from "./screen-handover.js";
import { give, showCode } from "./screen-handover-give.js";
import { home, sign } from "./screen-handover-sign.js";
import { take, takeText } from "./screen-handover-take.js";
import { list } from "./screen-walk.js";
import { doors, target } from "./screen-walk-target.js";
import { report } from "./screen-walk-report.js";
import { restoreSound, status } from "./screen-status.js";
import * as sessions from "./session.js";
import { listenForScanner } from "./hand-scanner.js";
import { StoreError } from "./store.js";
import * as theme from "./theme.js";
import { watchForUpdates } from "./updates.js";
import * as walk from "./walk.js";

register("gate", gate);
register("ask", ask);
register("outcome", outcome);
register("emergency", emergency);
register("store", storeTrouble);
register("people", people);
register("stranger", stranger);
register("rooms", residents);
register("rooms-for", roomsFor);
register("companion", companion);
register("details", details);
register("returning", returning);
register("welcome", welcome);
register("foreign", foreign);
register("status", status);
register("enrol", enrolment);
register("start", calmScreens.start);
register("calm", calmScreens.calm);
register("noserver", calmScreens.noServer);
register("walk", list);
register("walk-target", target);
register("walk-doors", doors);
register("walk-report", report);
register("handovers", handoverList);
register("handover-give", give);
register("handover-show", showCode);
register("handover-take", take);
register("handover-sign", sign);
register("handover-home", home);

const screen = () => document.getElementById("app").dataset.screen;
// For the browser tests: how long a word took, and nothing that a person could misuse.
window.linliTimings = timings;

function scannerText(text) {
  const link = sessions.linkOf(text);
  if (link && sessions.mode() === "enrol" && screen() !== "enrolling") go("enrol", link);
  else if (looksLikeTicket(text) && screen() === "handover-take") takeText(text);
  else if (looksLike(text) && ["gate", "outcome", "people", "start", "companion"].includes(screen()))
    readCode(text, performance.now());
}

// Screens that show or ask for the list: they close when it is gone.
const NEEDS_LIST = new Set(
  [
    "gate", "ask", "people", "pick", "search", "start", "layer", "companion", "details", "foreign", "walk-target", "walk-doors",
    "walk-report", "handovers", "handover-give", "handover-show", "handover-take", "handover-confirm", "handover-pick",
    "handover-sign", "handover-home", "handover-refused",
  ],
);

function onChange() {
  const now = sessions.mode();
  const gone = now === "cut" || now === "over";
  if (gone && (NEEDS_LIST.has(screen()) || screen() === "calm")) go("calm"); // there too: how many rows still wait
  else if (now === "ready" && screen() === "calm") go("start");
  else {
    refreshStrip();
    refreshNumbers();
    if (["walk", "handovers"].includes(screen())) go(screen());
  }
}

async function start() {
  theme.apply();
  restoreLanguage();
  restoreSound();
  setInterval(() => {
    theme.apply();
    refreshStrip();
  }, 15000);
  const app = calmScreens.inApp();
  if (app) return calmScreens.openInBrowser(app);
  const lacking = calmScreens.lacking();
  if (lacking.length) return calmScreens.cannot(lacking);
  watchForUpdates();
  const linked = sessions.linkOf(location.pathname + location.hash);
  if (linked) history.replaceState(null, "", location.pathname); // not in the history, not in a screenshot of it
  try {
    await sessions.restore();
    await walk.restore();
    await handovers.restore();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return calmScreens.fatal();
  }
  sessions.listen(onChange);
  queue.listen(onChange);
  listenForScanner((text) => looksLike(text) || looksLikeTicket(text) || sessions.linkOf(text) !== undefined, scannerText);
  setInterval(() => sessions.session.unsaved.length && saveAgain(), 5000);
  window.addEventListener("beforeunload", (event) => {
    if (sessions.session.unsaved.length) event.preventDefault();
  });
  sessions.begin();
  if (linked) go("enrol", linked);
  else go("start");
  return undefined;
}

start().catch((error) => {
  console.error(error);
  calmScreens.fatal();
});
