// Progress: asks its address every second; JSON {value, total, text?, done, url?}. May be left and returned to.
import { number, say } from "./messages.js";

export function setUpProgress(box) {
  const bar = box.querySelector("progress");
  const text = box.querySelector("[data-progress-text]");
  const aloud = box.querySelector("[data-progress-say]");
  let wait = 1000;
  let told = -1;

  const ask = async () => {
    if (!box.isConnected) return;
    try {
      const answer = await fetch(box.dataset.progress, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = await answer.json();
      wait = 1000;
      bar.max = now.total || 1;
      bar.value = now.value;
      text.textContent = now.text ?? `${number(now.value)} / ${number(now.total)}`;
      const tenth = Math.floor((10 * now.value) / (now.total || 1));
      if (tenth !== told) {
        told = tenth;
        aloud.textContent = say("progress", { value: number(now.value), total: number(now.total) });
      }
      if (now.done) {
        aloud.textContent = say("done");
        const next = now.url || box.dataset.done;
        if (next) location.assign(next);
        else box.dispatchEvent(new CustomEvent("linli:done", { bubbles: true, detail: now }));
        return;
      }
    } catch {
      wait = Math.min(wait * 2, 10000);
      aloud.textContent = say("lost");
    }
    setTimeout(ask, wait);
  };
  setTimeout(ask, 300);
}
