// The permit code, read in the browser: the mirror of linli/kernel/permit_code.py, same statuses, same order of checks.
// LINLI1: + Base45 (RFC 9285) of COSE_Sign1 (RFC 9052), ES256, CWT claims (RFC 8392). Layout: docs/permit-code.md.
// No dependency. Needs WebCrypto, that is a secure context.

export const STATUSES = Object.freeze([
  'valid', 'not_yet', 'expired', 'unknown_key', 'bad_signature', 'truncated', 'malformed', 'wrong_prefix',
  'unknown_version',
]);
export const KLASSES = Object.freeze(['resident', 'visitor', 'courier', 'worker', 'emergency', 'staff']);

const PREFIX = 'LINLI1:';
const MAX_TEXT = 4096;
const MAX_DEPTH = 8;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));
const KID = /^[0-9A-Za-z-]{1,8}$/;
const CLAIM_EXP = 4;
const CLAIM_NBF = 5;
const CLAIM_CTI = 7;
const CLAIM_PERMIT = -65537;
const CLAIM_GATE = -65539;

class Wrong extends Error {
  constructor(status) {
    super(status);
    this.status = status;
  }
}

class Tag {
  constructor(number, value) {
    this.number = number;
    this.value = value;
  }
}

export function base45Decode(text) {
  const values = [];
  for (const character of text) {
    const value = VALUES.get(character);
    if (value === undefined) throw new Wrong('malformed');
    values.push(value);
  }
  const whole = values.length - (values.length % 3);
  const out = [];
  for (let start = 0; start < whole; start += 3) {
    const value = values[start] + values[start + 1] * 45 + values[start + 2] * 2025;
    if (value > 0xffff) throw new Wrong('malformed');
    out.push(value >> 8, value & 255);
  }
  if (values.length - whole === 1) throw new Wrong('truncated');
  if (values.length - whole === 2) {
    const value = values[whole] + values[whole + 1] * 45;
    if (value > 0xff) throw new Wrong('truncated');
    out.push(value);
  }
  return new Uint8Array(out);
}

// The strict CBOR reader: whole numbers, byte and text strings, arrays, maps, tags, null; definite lengths, shortest
// forms, no repeated keys.
class Reader {
  constructor(data) {
    this.data = data;
    this.position = 0;
  }

  take(length) {
    const end = this.position + length;
    if (end > this.data.length) throw new Wrong('truncated');
    const part = this.data.subarray(this.position, end);
    this.position = end;
    return part;
  }

  head() {
    const first = this.take(1)[0];
    const major = first >> 5;
    const info = first & 31;
    if (info < 24) return [major, info, info];
    if (info > 27) throw new Wrong('malformed');
    const width = 1 << (info - 24);
    let argument = 0;
    for (const byte of this.take(width)) argument = argument * 256 + byte;
    const shortestAbove = width === 1 ? 23 : 2 ** (4 * width) - 1;
    if (argument <= shortestAbove) throw new Wrong('malformed');
    if (argument > Number.MAX_SAFE_INTEGER) throw new Wrong('malformed');
    return [major, info, argument];
  }

  item(depth) {
    if (depth > MAX_DEPTH) throw new Wrong('malformed');
    const [major, info, argument] = this.head();
    if (major === 0) return argument;
    if (major === 1) return -1 - argument;
    if (major === 2) return this.take(argument);
    if (major === 3) return this.text(argument);
    if (major === 4) {
      const list = [];
      for (let index = 0; index < argument; index += 1) list.push(this.item(depth + 1));
      return list;
    }
    if (major === 5) return this.mapping(argument, depth);
    if (major === 6) return new Tag(argument, this.item(depth + 1));
    if (info === 22) return null;
    throw new Wrong('malformed');
  }

  text(length) {
    const bytes = this.take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Wrong('malformed');
    }
  }

  mapping(size, depth) {
    const found = new Map();
    for (let index = 0; index < size; index += 1) {
      const key = this.item(depth + 1);
      if (typeof key !== 'number' && typeof key !== 'string') throw new Wrong('malformed');
      if (found.has(key)) throw new Wrong('malformed');
      found.set(key, this.item(depth + 1));
    }
    return found;
  }
}

function read(data) {
  const reader = new Reader(data);
  const value = reader.item(0);
  if (reader.position !== data.length) throw new Wrong('malformed');
  return value;
}

function readInner(data) {
  let value;
  try {
    value = read(data);
  } catch {
    throw new Wrong('malformed');
  }
  if (!(value instanceof Map)) throw new Wrong('malformed');
  return value;
}

const isBytes = (value, length) => value instanceof Uint8Array && (length === undefined || value.length === length);
const isCount = (value) => typeof value === 'number' && value >= 0;

function dataOf(text) {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/^[\r\n\t\0]+/, '').replace(/[\r\n\t\0]+$/, '');
  const prefix = /^LINLI[0-9]{1,3}:/.exec(plain);
  if (!prefix) throw new Wrong('wrong_prefix');
  if (prefix[0] !== PREFIX) throw new Wrong('unknown_version');
  // Code points, as Python counts.
  if ([...plain].length > MAX_TEXT) throw new Wrong('malformed');
  return base45Decode(plain.slice(PREFIX.length));
}

function partsOf(data) {
  const message = read(data);
  if (!(message instanceof Tag) || message.number !== 18) throw new Wrong('malformed');
  const list = message.value;
  if (!Array.isArray(list) || list.length !== 4) throw new Wrong('malformed');
  const [protectedHeader, unprotected, payload, signature] = list;
  const rightTypes = isBytes(protectedHeader) && unprotected instanceof Map && isBytes(payload);
  if (!rightTypes || unprotected.size !== 0 || !isBytes(signature, 64)) throw new Wrong('malformed');
  return { protectedHeader, payload, signature };
}

function kidOf(protectedHeader) {
  const header = readInner(protectedHeader);
  const kid = header.get(4);
  if (header.size !== 2 || header.get(1) !== -7 || !isBytes(kid)) throw new Wrong('malformed');
  const name = String.fromCharCode(...kid);
  if (!KID.test(name)) throw new Wrong('malformed');
  return name;
}

function byteString(bytes) {
  const length = bytes.length;
  let head;
  if (length < 24) head = [0x40 + length];
  else if (length < 256) head = [0x58, length];
  else head = [0x59, length >> 8, length & 255];
  return [...head, ...bytes];
}

function toBeSigned(protectedHeader, payload) {
  const context = new TextEncoder().encode('Signature1');
  return new Uint8Array([
    0x84, 0x60 + context.length, ...context, ...byteString(protectedHeader), 0x40, ...byteString(payload),
  ]);
}

function uuidText(bytes) {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function claimsOf(payload) {
  const found = readInner(payload);
  if (!found.has(CLAIM_PERMIT)) throw new Wrong('unknown_version');
  const list = found.get(CLAIM_PERMIT);
  if (!Array.isArray(list) || list.length !== 4) throw new Wrong('malformed');
  const [permit, neighbourhood, gates, klass] = list;
  const card = found.get(CLAIM_CTI);
  const notBefore = found.get(CLAIM_NBF);
  const expires = found.get(CLAIM_EXP);
  const counts = [neighbourhood, klass, notBefore, expires].every(isCount) && (gates === null || isCount(gates));
  const gate = found.has(CLAIM_GATE) ? found.get(CLAIM_GATE) : null;
  if (found.has(CLAIM_GATE) && !isCount(gate)) throw new Wrong('malformed');
  if (!counts || !isBytes(permit, 16) || !isBytes(card, 16)) throw new Wrong('malformed');
  if (klass >= KLASSES.length) throw new Wrong('unknown_version');
  return {
    card: uuidText(card),
    permit: uuidText(permit),
    neighbourhood,
    gates,
    klass: KLASSES[klass],
    not_before: notBefore,
    expires,
    gate,
  };
}

function fromBase64Url(text) {
  const plain = atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

/**
 * Prepare the pack's keys once: {kid: base64url(SPKI DER)} → Map(kid → CryptoKey). A key that cannot be read is left
 * out, so that its codes read "unknown key".
 */
export async function importKeys(keys) {
  const found = new Map();
  for (const [kid, spki] of Object.entries(keys)) {
    try {
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
      found.set(kid, await crypto.subtle.importKey('spki', fromBase64Url(spki), algorithm, false, ['verify']));
    } catch {
      // left out, see above
    }
  }
  return found;
}

/**
 * Say what a text is worth at `now` (seconds since 1970 UTC): {status, claims, kid}. `keys` is a Map from importKeys or
 * the pack's own object. Claims are given only where the signature is right. Never throws for any text.
 */
export async function verify(text, keys, now) {
  let kid = null;
  let claims;
  try {
    const { protectedHeader, payload, signature } = partsOf(dataOf(String(text)));
    kid = kidOf(protectedHeader);
    const known = keys instanceof Map ? keys : await importKeys(keys);
    const key = known.get(kid);
    if (!key) throw new Wrong('unknown_key');
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    const right = await crypto.subtle.verify(algorithm, key, signature, toBeSigned(protectedHeader, payload));
    if (!right) throw new Wrong('bad_signature');
    claims = claimsOf(payload);
  } catch (wrong) {
    if (!(wrong instanceof Wrong)) throw wrong;
    return { status: wrong.status, claims: null, kid };
  }
  if (now < claims.not_before) return { status: 'not_yet', claims, kid };
  if (now >= claims.expires) return { status: 'expired', claims, kid };
  return { status: 'valid', claims, kid };
}

/** Tell whether a text wants to be a permit code of any version. */
export function looksLike(text) {
  return /^[\r\n\t\0]*LINLI[0-9]{1,3}:/.test(text);
}
