// The bell: two soft tones when somebody is told of something new. A device makes no sound before it was switched on there, and a browser
// none before the first tap on a page: what came before it is heard with the tap.
import { say } from "./messages.js";

const ON = "linli-sound";
const HEARD = "linli-heard";
const TONES = [[660, 0], [880, 0.22]];

let audio = null;
let pending = 0;

/** The head's bell, anew each time it was asked for. `data-loud`: when somebody was last told of what makes a sound, in seconds. */
export function setUpBell(bell) {
  const loud = Number(bell.dataset.loud || 0);
  if (localStorage.getItem(ON) !== "1" || loud <= Number(localStorage.getItem(HEARD) || 0)) return;
  pending = loud;
  ring();
}

/** The switch on the page of notices; switching it on is the tap that a browser wants, and is heard. */
export function setUpSound(button) {
  const show = () => {
    const on = localStorage.getItem(ON) === "1";
    button.setAttribute("aria-pressed", String(on));
    button.textContent = say(on ? "soundOn" : "soundOff");
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    const on = localStorage.getItem(ON) !== "1";
    localStorage.setItem(ON, on ? "1" : "0");
    show();
    if (!on) return;
    pending = Number(document.getElementById("bell")?.dataset.loud || 0);
    ring();
  });
  show();
}

async function ring() {
  audio ??= new AudioContext();
  if (audio.state !== "running") await Promise.race([audio.resume(), new Promise((done) => setTimeout(done, 300))]);
  if (audio.state !== "running") {
    addEventListener("pointerdown", ring, { once: true });
    addEventListener("keydown", ring, { once: true });
    return;
  }
  if (pending) localStorage.setItem(HEARD, String(pending));
  for (const [pitch, after] of TONES) tone(pitch, audio.currentTime + after);
}

function tone(pitch, at) {
  const source = audio.createOscillator();
  const volume = audio.createGain();
  source.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, at);
  volume.gain.exponentialRampToValueAtTime(0.25, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.4);
  source.connect(volume).connect(audio.destination);
  source.start(at);
  source.stop(at + 0.42);
}
