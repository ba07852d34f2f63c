// Work that goes on while this page is open: asks the server to do the next piece until it says that it is done.
import { number, say } from "./messages.js";

const form = document.querySelector("[data-steps]");
const bar = form.querySelector("progress");
const text = form.querySelector("[data-steps-text]");
const aloud = form.querySelector("[data-steps-say]");
let wait = 1000;
let told = -1;

async function step() {
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    if (answer.status === 409) {
      location.assign(form.dataset.then);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const now = await answer.json();
    wait = 1000;
    if (now.total > 1) {
      bar.max = now.total;
      bar.value = now.value;
      text.textContent = `${number(now.value)} / ${number(now.total)}`;
      const tenth = Math.floor((10 * now.value) / now.total);
      if (tenth !== told) {
        told = tenth;
        aloud.textContent = say("progress", { value: number(now.value), total: number(now.total) });
      }
    }
    if (now.done) {
      aloud.textContent = say("done");
      location.replace(form.dataset.then);
      return;
    }
    setTimeout(step, now.total > 1 ? 30 : 700);
  } catch {
    aloud.textContent = text.textContent = say("lost");
    wait = Math.min(wait * 2, 10000);
    setTimeout(step, wait);
  }
}

step();
