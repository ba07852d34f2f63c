// The phone's clock may be wrong; the server's is heard at every contact. `now()` is the best of both.

import { meta } from "./store.js";

let offset = 0; // milliseconds to add to the phone's clock
let latest = 0; // the latest moment ever seen: a clock set back does not bring a dead pack to life

export const now = () => Date.now() + offset;
export const nowSeconds = () => Math.floor(now() / 1000);
// A signature carries the phone's own clock, so that the office sees how wrong it is; a clock that is off by more than
// the server bears (36 h) carries the corrected one.
const BORNE = 30 * 3600 * 1000;
export const signatureTime = () => (Math.abs(offset) < BORNE ? Date.now() : now());
export const skew = () => -offset; // > 0: the phone is ahead
// For deadlines: never earlier than any moment already lived through.
export const latestSeen = () => {
  latest = Math.max(latest, now());
  return latest;
};

export async function restore() {
  offset = (await meta.get("clock-offset")) || 0;
  latest = (await meta.get("clock-latest")) || 0;
}

// `serverMs`: what the server said; `sentMs`, `gotMs`: the phone's clock around the exchange.
export function learn(serverMs, sentMs, gotMs) {
  if (!Number.isFinite(serverMs)) return;
  const measured = serverMs - (sentMs + gotMs) / 2;
  // Within two seconds and the exchange's own length it is noise.
  offset = Math.abs(measured) < 2000 + (gotMs - sentMs) / 2 ? 0 : Math.round(measured);
  latest = now();
  meta.set("clock-offset", offset).catch(() => {});
  remember();
}

export function remember() {
  meta.set("clock-latest", latestSeen()).catch(() => {});
}

// "11月22日", "22 Nov": a day without its year.
export const dayText = (day, language) =>
  day.toLocaleDateString(language === "en" ? "en-GB" : "zh-CN", { month: "short", day: "numeric" });

export function timeText(ms) {
  return new Date(ms).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
}
