// After the tap: the word for the person in front of the gate, and for "held" and "refused" what happens next.

import { contact, settle, whom } from "./calls.js";
import { recording } from "./check.js";
import { now, timeText } from "./clock.js";
import { button, h, mark, say, show } from "./dom.js";
import { languageNow, reason, review, t } from "./messages.js";
import * as packs from "./pack.js";
import * as party from "./party.js";
import { gateName, permitNumber, stepBar, strip, whereNow } from "./parts.js";
import { askReview, saveAgain } from "./record.js";
import { go } from "./routes.js";
import { callable } from "./rules.js";
import { isWalker, session } from "./session.js";
import { signal } from "./signals.js";

const KINDS = { admitted: "good", held: "held", refused: "bad" };
const BACK_AFTER = 1400;

function wordOf(draft, { outcome: what, reason: code }) {
  if (code === "leave_at_point") return t("outcome.point");
  return what === "admitted" ? t(`outcome.admitted.${draft.direction}`) : t(`outcome.${what}`);
}

export function outcome(facts) {
  const { draft, decision, kept } = facts;
  const point = decision.reason === "leave_at_point";
  const kind = point ? "open" : KINDS[decision.outcome];
  const word = wordOf(draft, decision);
  const time = timeText(now());
  const pack = packs.current();
  const note = t(pack && recording(pack, now()) ? "outcome.recorded" : "outcome.counted", { time });
  if (kept.stored !== "disk") return storeTrouble({ kept, word });
  const smooth = decision.outcome === "admitted" || point;
  if (!smooth) signal(kind);
  say(word);
  let timer = null;
  const group = party.waiting();
  const next = () => go(group ? "companion" : "gate");
  const parts = [
    stepBar(whereNow()),
    strip(),
    h(
      "main",
      { class: `scroll whole ${kind}` },
      h("section", { class: `verdict ${kind}` }, mark(kind), h("h1", {}, word), h("p", { class: "why" }, note)),
      point ? pointBlock(pack) : null,
      decision.outcome === "held" ? callBlock(draft, decision, pack) : null,
      decision.outcome === "refused" && !point ? reviewBlock(decision, kept.check) : null,
    ),
    h(
      "footer",
      { class: "thumb" },
      smooth ? null : button(t("outcome.slip"), () => slip({ ...facts, time }), { class: "second", id: "slip" }),
      button(group ? t("party.next", { n: group.at, of: group.of }) : t("next"), next, { class: "main", id: "next" }),
    ),
  ];
  show("outcome", parts, { onleave: () => clearTimeout(timer) });
  if (smooth) timer = setTimeout(next, point ? 2 * BACK_AFTER : BACK_AFTER);
  return undefined;
}

const pointBlock = (pack) =>
  h(
    "section",
    { class: "block" },
    pack && pack.point ? h("p", { class: "who" }, t("outcome.pointAt", { name: pack.point })) : null,
    h("p", {}, reason("leave_at_point")),
  );

// Whom to call, and what the call said: three buttons under the thumb.
function callBlock(draft, decision, pack) {
  const answers = ["agreed", "declined", "unreached"];
  const say_ = (answer) => () => settle(draft, decision, answer, pack);
  return h(
    "section",
    { class: "block" },
    h("p", { class: "who" }, t("outcome.call", { who: whom(draft, decision, pack) })),
    h("p", {}, `${t("reason.label")} · ${reason(decision.reason)}`),
    draft.call ? h("p", { class: "small" }, t(`called.${draft.call}`)) : null,
    pack && callable(decision)
      ? [
          h("h2", {}, t("outcome.callSaid")),
          h(
            "div",
            { class: "choices three" },
            answers.map((answer) => button(t(`call.${answer}`), say_(answer), { id: `call-${answer}` })),
          ),
        ]
      : null,
    h("p", { class: "small" }, t("outcome.heldWhy")),
  );
}

// A review asked for at the gate: the wish goes with the rest of the queue, and the office answers.
function reviewBlock(decision, check) {
  const note = h("p", { role: "status" });
  const ask = async () => {
    if (wish.getAttribute("aria-disabled") === "true") return; // asked already: a second tap is no second wish
    wish.setAttribute("aria-disabled", "true");
    const stored = await askReview(check);
    note.textContent = t(stored ? "review.asked" : "review.failed", { number: slipNumber(check.id) });
    wish.setAttribute("aria-disabled", String(stored));
  };
  const wish = button(t("review.ask"), ask, { class: "row second", id: "review" });
  const pack = packs.current();
  return h(
    "section",
    { class: "block" },
    h("p", { class: "who" }, `${t("reason.label")} · ${reason(decision.reason)}`),
    h("h2", {}, t("outcome.reviewTitle")),
    h("p", {}, review()),
    pack && recording(pack, now()) ? [wish, note] : null,
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
    ["slip.what", wordOf(draft, decision)],
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
  const home = isWalker() ? "walk" : "gate";
  const again = async () => go((await saveAgain()) ? home : "store");
  const line = check
    ? [
        timeText(Date.parse(check.happened_at)),
        check.direction ? t(`direction.${check.direction}`) : t("walk.title"),
        slipNumber(check.id),
      ].join(" · ")
    : "";
  show("store", [
    stepBar(isWalker() ? gateName() : whereNow(), () => go(home)),
    h(
      "main",
      { class: "scroll calm" },
      word ? h("p", { class: "who" }, word) : null,
      h("h1", {}, t("store.title")),
      h("p", {}, t(`store.${kind}`)),
      sent ? h("p", { class: "who" }, t("store.sent")) : h("p", {}, t("store.keepOpen")),
      sent || !line
        ? null
        : [h("h2", {}, t("store.paper")), h("p", { class: "who" }, line), h("p", {}, t(isWalker() ? "walk.paper" : "paper.line"))],
    ),
    h("footer", { class: "thumb" }, button(t("retry"), again, { class: "main" })),
  ]);
}
