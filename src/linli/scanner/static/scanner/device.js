// The phone's identity: an ECDSA P-256 key that cannot leave the browser, one device row per enrolment.
// Rows of earlier shifts stay until what they recorded has been uploaded with their key.

import { toBase64url, toHex, utf8 } from "./bytes.js";
import { signatureTime } from "./clock.js";
import { meta } from "./store.js";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };

export async function newKey() {
  return crypto.subtle.generateKey(ALGORITHM, false, ["sign", "verify"]);
}

export async function publicKeyText(pair) {
  return toBase64url(await crypto.subtle.exportKey("spki", pair.publicKey));
}

export async function current() {
  const id = await meta.get("device");
  return id ? byId(id) : undefined;
}

// A browser that clears its storage while the page is open does not take the key from the page.
const cache = new Map();

export async function byId(id) {
  const kept = await meta.get(`device:${id}`);
  if (kept) cache.set(id, kept);
  return kept || cache.get(id);
}

export async function remember(device) {
  cache.set(device.id, device);
  await meta.set(`device:${device.id}`, device);
  await meta.set("device", device.id);
}

// Write every key that the page still has, the present one last.
export async function rememberAgain(id) {
  const rows = [...cache.values()].sort((a, b) => (a.id === id) - (b.id === id));
  for (const row of rows) await remember(row);
}

export async function change(id, facts) {
  const device = await byId(id);
  if (!device) return undefined;
  const changed = { ...device, ...facts };
  cache.set(id, changed);
  await meta.set(`device:${id}`, changed);
  return changed;
}

export async function signedHeaders(device, method, path, body) {
  const time = String(signatureTime());
  const digest = toHex(await crypto.subtle.digest("SHA-256", body));
  const signature = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    device.keys.privateKey,
    utf8(`${method}\n${path}\n${time}\n${digest}`),
  );
  return { "Linli-Device": device.id, "Linli-Time": time, "Linli-Signature": toBase64url(signature) };
}
