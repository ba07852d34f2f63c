// What one phone shows another when travellers change hands without a network: the mirror of linli/kernel/handover_ticket.py, where
// the layout is written down; both run kernel/tests/vectors/handover-ticket.json.

import { fromBase64url, toHex, utf8 } from "./bytes.js";
import { base45Decode } from "./permit-code.js";

export const PREFIX = "LINLI-H1:";
export const MOST = 60;
const HEAD = 41;
const SIGNATURE = 64;
const EACH = 16;
const SIGNING = { name: "ECDSA", hash: "SHA-256" };
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

export const looksLikeTicket = (text) => String(text).startsWith(PREFIX);

function base45(bytes) {
  let out = "";
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const value = bytes[i] * 256 + bytes[i + 1];
    out += ALPHABET[value % 45] + ALPHABET[Math.floor(value / 45) % 45] + ALPHABET[Math.floor(value / 2025)];
  }
  const last = bytes[bytes.length - 1];
  return bytes.length % 2 ? out + ALPHABET[last % 45] + ALPHABET[Math.floor(last / 45)] : out;
}

const idBytes = (id) => Uint8Array.from(id.replace(/-/g, "").match(/../g), (two) => parseInt(two, 16));
const idText = (bytes) => toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

function joined(parts) {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

// Big-endian, `size` bytes; a moment in milliseconds has 48 bits, more than a shift can move.
function wholeNumber(value, size) {
  const out = new Uint8Array(size);
  for (let i = size - 1, rest = value; i >= 0; i -= 1, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
}

const readNumber = (bytes) => bytes.reduce((sum, one) => sum * 256 + one, 0);
const message = (body) => joined([utf8("LINLI-H1\n"), body]);

// {handover, device, at (ms), counted, travellers} and the key of this phone → the text of the QR symbol.
export async function write(ticket, privateKey) {
  const body = joined([
    Uint8Array.of(1),
    idBytes(ticket.handover),
    idBytes(ticket.device),
    wholeNumber(ticket.at, 6),
    wholeNumber(ticket.counted, 2),
    ...ticket.travellers.map(idBytes),
  ]);
  const signature = new Uint8Array(await crypto.subtle.sign(SIGNING, privateKey, message(body)));
  return PREFIX + base45(joined([body, signature]));
}

// → {ticket, body, signature}; undefined for what is none of ours, or was cut.
export function read(text) {
  const plain = String(text).replace(/^[\r\n\t\0]+|[\r\n\t\0]+$/g, "");
  if (!looksLikeTicket(plain)) return undefined;
  let data;
  try {
    data = base45Decode(plain.slice(PREFIX.length));
  } catch {
    return undefined;
  }
  const count = (data.length - HEAD - SIGNATURE) / EACH;
  if (!Number.isInteger(count) || count < 1 || count > MOST || data[0] !== 1) return undefined;
  const at = readNumber(data.slice(33, 39));
  if (at > LATEST) return undefined;
  const travellers = [];
  for (let n = 0; n < count; n += 1) travellers.push(idText(data.slice(HEAD + EACH * n, HEAD + EACH * (n + 1))));
  return {
    ticket: {
      handover: idText(data.slice(1, 17)),
      device: idText(data.slice(17, 33)),
      at,
      counted: readNumber(data.slice(39, 41)),
      travellers,
    },
    body: data.slice(0, -SIGNATURE),
    signature: data.slice(-SIGNATURE),
  };
}

const LATEST = Date.UTC(10000, 0, 1) - 1; // the last moment that the server's calendar knows

// Whether a phone with this public key (SPKI, base64url) has signed it.
export async function isSignedBy({ body, signature }, publicKey) {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  try {
    const key = await crypto.subtle.importKey("spki", fromBase64url(publicKey), algorithm, false, ["verify"]);
    return await crypto.subtle.verify(SIGNING, key, signature, message(body));
  } catch {
    return false; // no key of ours
  }
}

async function digest(four, travellers) {
  const ids = [...travellers].map((id) => id.toLowerCase()).sort().map(idBytes);
  const said = joined([utf8(`LINLI-H1 code\n${four}\n`), ...ids]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", said));
}

// Six digits to read aloud: four by chance, two for who is ticked.
export async function codeFor(four, travellers) {
  const found = await digest(four, travellers);
  return four + String(readNumber(found.slice(16, 20)) % 100).padStart(2, "0");
}

// The hand-over that the digits and who is ticked name; undefined when the two do not belong together.
export async function idOf(code, travellers) {
  if (!/^[0-9]{6}$/.test(code) || !travellers.length) return undefined;
  const four = code.slice(0, 4);
  if ((await codeFor(four, travellers)) !== code) return undefined;
  const bytes = (await digest(four, travellers)).slice(0, 16);
  bytes[6] = 0x80 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return idText(bytes);
}

export const fourDigits = () => String(crypto.getRandomValues(new Uint32Array(1))[0] % 10000).padStart(4, "0");
