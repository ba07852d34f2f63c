// Speaking to the server: JSON, signed by the device, with a deadline. Every answer sets the clock.

import { utf8 } from "./bytes.js";
import * as clock from "./clock.js";
import { signedHeaders } from "./device.js";

// Each room with phones speaks under an address of its own.
const BASES = { gate: "/scan/api/", walker: "/scan/api/walk/" };

// No answer at all: the network, not the server, said no.
export class Unreachable extends Error {}

// How long the server has not been heard while the phone says that it has a network: an expired certificate, a server
// that stands still, a hotel's page. A browser does not tell the page which.
export const reach = { failures: 0, since: 0 };
const TELLING = 3;
export const isServerMissing = () => navigator.onLine && reach.failures >= TELLING;

function unheard() {
  if (!navigator.onLine) return;
  reach.since = reach.failures ? reach.since : clock.now();
  reach.failures += 1;
}

// The server answered and refused. `keep`: whether what was sent must stay on the phone.
export class Refused extends Error {
  constructor(status, data) {
    super((data && data.message) || `HTTP ${status}`);
    this.status = status;
    this.code = (data && data.error) || `http_${status}`;
    this.keep = !data || data.keep !== false;
  }
}

async function exchange(method, path, body, device, timeout) {
  const bytes = body === undefined ? new Uint8Array(0) : utf8(JSON.stringify(body));
  const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (device) Object.assign(headers, await signedHeaders(device, method, path, bytes));
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), timeout);
  const sent = Date.now();
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : bytes,
      signal: abort.signal,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    const data = await response.json().catch(() => null);
    const stamp = data && data.server_time ? data.server_time : response.headers.get("Date");
    clock.learn(typeof stamp === "number" ? stamp : Date.parse(stamp), sent, Date.now());
    return { response, data };
  } catch (error) {
    unheard();
    throw new Unreachable(String(error));
  } finally {
    clearTimeout(timer);
  }
}

export async function call(method, name, { body, device, query, kind, timeout = 15000 } = {}) {
  const base = BASES[kind || (device && device.kind)] || BASES.gate;
  const path = base + name + (query ? `?${new URLSearchParams(query)}` : "");
  const before = clock.skew();
  let { response, data } = await exchange(method, path, body, device, timeout);
  if (response.status === 401 && Math.abs(clock.skew() - before) > 5000) {
    // Refused for its time, and the answer has just corrected our clock: once more.
    ({ response, data } = await exchange(method, path, body, device, timeout));
  }
  // A proxy's or a hotel's page is not our server.
  if (data === null || typeof data !== "object") {
    unheard();
    throw new Unreachable(`not ours: HTTP ${response.status}`);
  }
  reach.failures = 0;
  if (!response.ok) throw new Refused(response.status, data);
  return data;
}
