// A QR symbol on a canvas: black on white by day and by night, whole pixels, with its quiet zone.

import { h } from "./dom.js";
import { encode } from "./vendor/uqr/index.js";

const QUIET = 4;
const LEAST = 6; // pixels a module: sharp on any screen, however small it is shown

export function qrCanvas(text, label) {
  const { data, size } = encode(text, { ecc: "L", border: QUIET });
  const scale = Math.max(LEAST, Math.ceil(720 / size));
  const canvas = h("canvas", { width: size * scale, height: size * scale, class: "qr", role: "img", "aria-label": label });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = "#000";
  data.forEach((row, y) => row.forEach((dark, x) => dark && pen.fillRect(x * scale, y * scale, scale, scale)));
  return canvas;
}
