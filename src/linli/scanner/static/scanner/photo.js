// A photo for the office: drawn anew, so that nothing but the picture is left – no position, no camera, no name – and small.

const LONGEST = 1280; // pixels of the longer side
const LARGEST = 400_000; // bytes
const QUALITIES = [0.8, 0.65, 0.5];

function blobOf(canvas, quality) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", quality);
  });
}

function base64(buffer) {
  const bytes = new Uint8Array(buffer);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

// A file of the camera → {canvas, jpeg (base64), width, height}. Throws when the browser cannot read it.
export async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  let blob = null;
  for (const quality of QUALITIES) {
    blob = await blobOf(canvas, quality);
    if (blob.size <= LARGEST) break;
  }
  return { canvas, jpeg: base64(await blob.arrayBuffer()), width: canvas.width, height: canvas.height };
}
