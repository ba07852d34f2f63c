// After the tap: the word for the person in front of the gate, and for "held" and "refused" what happens next.

import { recording } from "./check.js";
import { now, timeText } from "./clock.js";
import { button, h, mark, say, show } from "./dom.js";
import { languageNow, reason, review, t } from "./messages.js";
import * as packs from "./pack.js";
import { permitNumber, stepBar, strip, whereNow } from "./parts.js";
import { saveAgain } from "./record.js";
import { go } from "./routes.js";
import { session } from "./session.js";
import { signal } from "./signals.js";

const KINDS = { admitted: "good", held: "held", refused: "bad" };
const BACK_AFTER = 1400;

export function outcome({ draft, decision, kept, gate }) {
  const kind = KINDS[decision.outcome];
  const word =
    decision.outcome === "admitted" ? t(`outcome.admitted.${draft.direction}`) : t(`outcome.${decision.outcome}`);
  const time = timeText(now());
  const pack = packs.current();
  const note = t(pack && recording(pack, now()) ? "outcome.recorded" : "outcome.counted", { time });
  if (kept.stored !== "disk") return storeTrouble({ kept, word });
  if (decision.outcome !== "admitted") signal(kind);
  say(word);
  let timer = null;
  const next = () => go("gate");
  const parts = [
    stepBar(whereNow()),
    strip(),
    h(
      "main",
      { class: `scroll whole ${kind}` },
      h("section", { class: `verdict ${kind}` }, mark(kind), h("h1", {}, word), h("p", { class: "why" }, note)),
      decision.outcome === "held" ? callBlock(draft, decision, pack) : null,
      decision.outcome === "refused" ? reviewBlock(decision) : null,
    ),
    h(
      "footer",
      { class: "thumb" },
      decision.outcome === "admitted"
        ? null
        : button(t("outcome.slip"), () => slip({ draft, decision, kept, gate, time }), { class: "second" }),
      button(t("next"), next, { class: "main", id: "next" }),
    ),
  ];
  show("outcome", parts, { onleave: () => clearTimeout(timer) });
  if (decision.outcome === "admitted") timer = setTimeout(next, BACK_AFTER);
  return undefined;
}

// Whom the office has named for questions, objections and calls from the gate.
const contact = (pack) => (pack && pack.operation && pack.operation.contact) || null;

function callBlock(draft, decision, pack) {
  const host = decision.reason === "host_call" && draft.host;
  const told = contact(pack);
  const who = host ? `${t("outcome.callHost")} ${draft.host}` : told || t("outcome.callDefault");
  return h(
    "section",
    { class: "block" },
    h("p", { class: "who" }, t("outcome.call", { who })),
    h("p", {}, `${t("reason.label")} · ${reason(decision.reason)}`),
    h("p", { class: "small" }, t("outcome.heldWhy")),
  );
}

function reviewBlock(decision) {
  return h(
    "section",
    { class: "block" },
    h("p", { class: "who" }, `${t("reason.label")} · ${reason(decision.reason)}`),
    h("h2", {}, t("outcome.reviewTitle")),
    h("p", {}, review()),
  );
}

// The number on the slip, the same as on the office's slip: the last twelve characters of the record's id.
export const slipNumber = (id) => id.slice(-12).toUpperCase();

export function slip(facts) {
  const { draft, decision, kept, gate, time } = facts;
  const pack = packs.current();
  const rules = pack ? pack.rules.title || kept.check.rules : kept.check.rules;
  const title = typeof rules === "object" ? rules[languageNow() === "en" ? "en" : "zh"] : rules;
  const day = new Date(now()).toLocaleDateString(languageNow() === "en" ? "en-GB" : "zh-CN");
  const rows = [
    ["slip.gate", `${gate} · ${t(`direction.${draft.direction}`)}`],
    ["slip.time", `${day} ${time}`],
    ["slip.what", t(`outcome.${decision.outcome}`)],
    ["slip.why", reason(decision.reason)],
    ["slip.rules", title],
    draft.number ? ["slip.permit", permitNumber(draft.number)] : null,
    ["slip.number", slipNumber(draft.id)],
    contact(pack) ? ["slip.contact", contact(pack)] : null,
  ].filter(Boolean);
  show("slip", [
    stepBar(whereNow(), () => outcome(facts)),
    strip(),
    h(
      "main",
      { class: "scroll slip" },
      h("h1", {}, t("slip.title")),
      pack && pack.operation && pack.operation.replay ? h("p", {}, t("strip.replay")) : null,
      h(
        "dl",
        {},
        rows.map(([key, value]) => [h("dt", {}, t(key)), h("dd", {}, value)]),
      ),
      h("h2", {}, t("outcome.reviewTitle")),
      h("p", {}, review()),
    ),
    h(
      "footer",
      { class: "thumb" },
      button(t("slip.print"), () => window.print(), { class: "second" }),
      button(t("next"), () => go("gate"), { class: "main" }),
    ),
  ]);
}

// Emergency: the word first; what became of the row comes when it comes.
export function emergency({ kept }) {
  signal("good");
  say(t("outcome.emergency"));
  const time = timeText(now());
  const note = h("p", { class: "why" }, "");
  kept.then(
    ({ stored }) => {
      note.textContent =
        stored === "disk" ? t("outcome.recorded", { time }) : t("strip.memory", { n: session.unsaved.length });
    },
    () => {
      note.textContent = t("paper.line");
    },
  );
  show("emergency", [
    stepBar(whereNow()),
    strip(),
    h(
      "main",
      { class: "scroll whole open" },
      h("section", { class: "verdict open" }, mark("open"), h("h1", {}, t("outcome.emergency")), note),
      h("section", { class: "block" }, h("p", {}, t("outcome.emergencyNote"))),
    ),
    h(
      "footer",
      { class: "thumb" },
      button(t("next"), () => go("gate"), { class: "main", id: "next" }),
    ),
  ]);
}

// The disk refused: say so, say what to do, show what to write on paper.
export function storeTrouble({ kept, word } = {}) {
  const check = kept ? kept.check : session.unsaved[0];
  const kind = kept && kept.error ? kept.error.kind : "broken";
  const sent = kept && kept.stored === "server";
  const again = async () => go((await saveAgain()) ? "gate" : "store");
  const line = check
    ? [timeText(Date.parse(check.happened_at)), t(`direction.${check.direction}`), slipNumber(check.id)].join(" · ")
    : "";
  show("store", [
    stepBar(whereNow(), () => go("gate")),
    h(
      "main",
      { class: "scroll calm" },
      word ? h("p", { class: "who" }, word) : null,
      h("h1", {}, t("store.title")),
      h("p", {}, t(`store.${kind}`)),
      sent ? h("p", { class: "who" }, t("store.sent")) : h("p", {}, t("store.keepOpen")),
      sent || !line
        ? null
        : [h("h2", {}, t("store.paper")), h("p", { class: "who" }, line), h("p", {}, t("paper.line"))],
    ),
    h("footer", { class: "thumb" }, button(t("retry"), again, { class: "main" })),
  ]);
}
