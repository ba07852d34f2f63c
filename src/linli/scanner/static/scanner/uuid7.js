// Client-made ids (RFC 9562 UUIDv7): 48 bits of time, then random, so that a re-send is the same row.

let lastMs = 0;
let counter = 0;

export function uuid7(nowMs) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  // Several ids in one millisecond keep their order: 12 bits of counter after the time.
  const ms = Math.max(Math.floor(nowMs), lastMs);
  if (ms === lastMs) {
    counter = (counter + 1) & 0xfff;
  } else {
    counter = ((bytes[6] << 8) | bytes[7]) & 0x7ff;
    lastMs = ms;
  }
  let rest = ms;
  for (let i = 5; i >= 0; i -= 1) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
