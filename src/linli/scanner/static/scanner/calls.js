// "Call first": whom, and what the call's answer makes of the row. The held row stays; the answer is a row that follows it.

import { missing } from "./check.js";
import { now } from "./clock.js";
import { t } from "./messages.js";
import { holdOf } from "./pack.js";
import { outcomeOf, record } from "./record.js";
import { go } from "./routes.js";
import { session } from "./session.js";
import { uuid7 } from "./uuid7.js";

const TO_THE_HOST = new Set(["host_call", "code_used", "visit_other_gate"]);

// Whom the office has named for questions, objections and calls from the gate.
export const contact = (pack) => (pack && pack.operation && pack.operation.contact) || null;

// The words after "Call:". A hold says it itself; a visitor's host is called by the intercom or by the office's list.
export function whom(draft, decision, pack) {
  if (TO_THE_HOST.has(decision.reason) && draft.host) return `${t("outcome.callHost")} ${draft.host}`;
  const hold = pack && holdOf(pack, draft, now() / 1000);
  return (hold && hold.call) || contact(pack) || t("outcome.callDefault");
}

// What the call said, as a draft that completes the held one; a host's word is his consent too.
function answered(draft, decision, call) {
  const next = { ...draft, id: uuid7(now()), follows: draft.follows || draft.id, call, companions: 0 };
  if (decision.reason === "host_call" && call !== "unreached") next.hostConsent = call === "agreed";
  return next;
}

let busy = false;

// Record what the call said. When there is still something to ask (nothing was, while it could not help), ask it first.
export async function settle(draft, decision, call, pack) {
  if (busy) return;
  const next = answered(draft, decision, call);
  if (missing(next, pack, now()).length) {
    go("ask", next);
    return;
  }
  busy = true;
  try {
    const settled = outcomeOf(next, pack);
    const kept = await record(next, settled);
    go("outcome", { draft: next, decision: settled, kept, gate: session.device.gate.name });
  } finally {
    busy = false;
  }
}
