// Reads QR codes from frames with the vendored zxing-wasm. One frame in, its texts out.

import { prepareZXingModule, readBarcodes } from "./vendor/zxing-wasm/reader/index.js";

prepareZXingModule({
  overrides: { locateFile: (name) => new URL(`./vendor/zxing-wasm/reader/${name}`, import.meta.url).href },
});

const OPTIONS = { formats: ["QRCode"], tryHarder: true, tryRotate: true, tryInvert: false, maxNumberOfSymbols: 4 };
const LARGEST = 1280;
let canvas = null;

function pixels(bitmap) {
  const scale = Math.min(1, LARGEST / Math.max(bitmap.width, bitmap.height));
  const width = Math.round(bitmap.width * scale);
  const height = Math.round(bitmap.height * scale);
  if (!canvas || canvas.width !== width || canvas.height !== height) canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}

self.onmessage = async ({ data }) => {
  const started = performance.now();
  try {
    const found = await readBarcodes(pixels(data.bitmap), OPTIONS);
    const texts = found.filter((code) => code.isValid).map((code) => code.text);
    self.postMessage({ id: data.id, texts, took: performance.now() - started });
  } catch (error) {
    self.postMessage({ id: data.id, texts: [], error: String(error) });
  }
};
