// The camera and its reader. Frames go to a worker, one at a time; the page stays free for the thumb.

const READER = new URL("./decoder-worker.js", import.meta.url);

let worker = null;
let waiting = null;
let counter = 0;
let native = null;

function reader() {
  if (worker) return worker;
  worker = new Worker(READER, { type: "module" });
  worker.onmessage = ({ data }) => {
    if (waiting && data.id === waiting.id) {
      const { resolve } = waiting;
      waiting = null;
      resolve(data);
    }
  };
  worker.onerror = () => {
    const lost = waiting;
    waiting = null;
    worker = null;
    if (lost) lost.resolve({ error: "worker" });
  };
  return worker;
}

function decodeFrame(bitmap) {
  counter += 1;
  const id = counter;
  return new Promise((resolve) => {
    waiting = { id, resolve };
    reader().postMessage({ id, bitmap }, [bitmap]);
  });
}

async function nativeReader() {
  if (native !== null) return native;
  native = false;
  try {
    const formats = "BarcodeDetector" in window ? await window.BarcodeDetector.getSupportedFormats() : [];
    if (formats.includes("qr_code")) native = new window.BarcodeDetector({ formats: ["qr_code"] });
  } catch {
    native = false;
  }
  return native;
}

async function look(video) {
  const detector = await nativeReader();
  if (detector) {
    try {
      const found = await detector.detect(video);
      return { texts: found.map((code) => code.rawValue) };
    } catch {
      native = false; // a detector that fails once is not asked again
    }
  }
  return decodeFrame(await createImageBitmap(video));
}

const TOO_OFTEN = 20; // frames in a row that could not be read at all
const WHY = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

// Open the camera into `video` and call `found(text, decodedAt)` for each text that `accept(text)` takes.
// Gives {stop(), pause(), resume(), torch: null | (on) => Promise}; throws {why} with a key of messages (denied, none, busy, failed).
export async function openCamera(video, { accept, found, failed, ended = () => {} }) {
  if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) throw { why: "none" };
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch (error) {
    throw { why: WHY[error.name] || "failed", name: error.name };
  }
  stream.getTracks().forEach((track) => {
    track.onended = () => ended();
  });
  video.srcObject = stream;
  await video.play().catch(() => {});
  let open = true;
  let paused = false;
  let broken = 0;
  const again = () => {
    if (open) next(video, turn);
  };
  async function turn() {
    if (!open) return undefined;
    if (!paused && document.visibilityState === "visible" && video.videoWidth) {
      const seen = await look(video).catch((error) => ({ error: String(error) }));
      if (!open || paused) return again();
      broken = seen.error ? broken + 1 : 0;
      if (broken === TOO_OFTEN) failed(seen.error);
      const text = (seen.texts || []).find(accept);
      if (text) found(text, performance.now());
    }
    return again();
  }
  again();
  return {
    // Some phones know their light only a moment after the camera has opened: ask again.
    get torch() {
      return torchOf(stream);
    },
    // The stream stays open between two people: opening it again would cost a second each time.
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      video.play().catch(() => {});
    },
    stop: () => {
      open = false;
      stream.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
    },
  };
}

function next(video, turn) {
  // Ten to fifteen looks a second are enough for the hand and spare the battery.
  setTimeout(() => {
    if ("requestVideoFrameCallback" in video && document.visibilityState === "visible") {
      let done = false;
      const once = () => {
        if (!done) {
          done = true;
          turn();
        }
      };
      video.requestVideoFrameCallback(once);
      setTimeout(once, 500);
    } else {
      turn();
    }
  }, 60);
}

function torchOf(stream) {
  const [track] = stream.getVideoTracks();
  const can = track && track.getCapabilities ? track.getCapabilities() : {};
  if (!can.torch) return null;
  return (on) => track.applyConstraints({ advanced: [{ torch: on }] });
}
