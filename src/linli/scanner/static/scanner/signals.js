// Sound, vibration and the screen that stays on: helpers of the eye, never the only sign.

let audio = null;
let soundOn = true;
let lock = null;
let wanted = false;

export const setSound = (on) => {
  soundOn = on;
};

// Must be called from a tap: browsers allow sound only after one.
export function unlockSound() {
  const Context = window.AudioContext || window.webkitAudioContext;
  if (!Context) return;
  audio = audio || new Context();
  if (audio.state === "suspended") audio.resume().catch(() => {});
}

const TUNES = {
  good: [
    [880, 0, 0.09],
    [1320, 0.09, 0.12],
  ],
  held: [
    [620, 0, 0.16],
    [620, 0.24, 0.16],
  ],
  bad: [[240, 0, 0.4]],
};
const SHAKES = { good: 60, held: [80, 80, 80], bad: 350 };

export function signal(kind) {
  if (navigator.vibrate) navigator.vibrate(SHAKES[kind] || 40);
  if (!soundOn || !audio || audio.state !== "running") return;
  for (const [pitch, start, length] of TUNES[kind] || []) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, audio.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + start + length);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + length);
  }
}

async function take() {
  if (!wanted || lock || !("wakeLock" in navigator) || document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => {
      lock = null;
    });
  } catch {
    lock = null; // low battery, or the page is not visible: tried again when it is
  }
}

export function keepAwake(on) {
  wanted = on;
  if (on) take();
  else if (lock) lock.release().catch(() => {});
}

document.addEventListener("visibilitychange", take);
