// A field to sign in with a finger: path data of whole numbers on 600 × 240, the form that the server reads (journeys/signatures.py).

import { button, h } from "./dom.js";
import { t } from "./messages.js";

const WIDTH = 600;
const HEIGHT = 240;
const LONGEST = 8000;
const APART = 4;
const LEAST = 3;

export const isSigned = (path) => path.split("L").length > LEAST;

// `change(path)` hears every stroke; "" after it was wiped.
export function signaturePad(change) {
  const canvas = h("canvas", { width: WIDTH, height: HEIGHT, class: "pad-field", role: "img", "aria-label": t("handover.sign.here") });
  const pen = canvas.getContext("2d");
  let path = "";
  let lastPoint = null;

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.min(Math.max(Math.round(value), 0), most);
    return [
      within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH),
      within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT),
    ];
  };
  const draw = () => {
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = getComputedStyle(canvas).color;
    pen.lineWidth = 5;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.stroke(new Path2D(path));
  };
  const put = (step) => {
    path += step;
    draw();
    change(path);
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || path.length > LONGEST - 20) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    lastPoint = place(event);
    put(`M${lastPoint[0]} ${lastPoint[1]}`);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!lastPoint || !event.isPrimary || path.length > LONGEST - 20) return;
    const next = place(event);
    if (Math.hypot(next[0] - lastPoint[0], next[1] - lastPoint[1]) < APART) return;
    lastPoint = next;
    put(`L${next[0]} ${next[1]}`);
  });
  const lift = () => {
    lastPoint = null;
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  const wipe = () => {
    path = "";
    put("");
  };
  return h("div", { class: "inline" }, canvas, button(t("handover.sign.wipe"), wipe, { class: "second", id: "wipe" }));
}
