// The decision at a gate: the mirror of gates/rules.py; both run gates/tests/vectors/rules.json. No page and no clock here.

const STALE = ["cancelled", "lost", "not_yet", "expired", "other_gate"];
// What a call that agreed settles. A fever, a bad answer or a card that is not ours it does not (G06).
const CALLABLE = new Set([
  "hold",
  "hold_guardian",
  "not_found",
  "host_call",
  "filed_missing",
  "code_used",
  ...STALE.map((state) => `card_${state}`),
]);

const admitted = (reason) => ({ outcome: "admitted", reason });
const held = (reason) => ({ outcome: "held", reason });
const refused = (reason) => ({ outcome: "refused", reason });
const given = (value) => value !== null && value !== undefined;

// facts and rules in the JSON form of docs/gates.md; nowMs: ms epoch, past rules.ends_ms nothing is measured.
export function decide(facts, rules, nowMs) {
  if (facts.emergency || facts.klass === "emergency") return admitted("emergency");
  const leaving = facts.direction === "out";
  if (leaving && facts.purpose === "doctor") return admitted("doctor");
  const active = nowMs < (rules.ends_ms ?? nowMs + 1);
  const home = facts.known_resident || (facts.klass === "resident" && facts.card === "valid");
  const concerns = [ofCard(facts, home, leaving), ofHold(facts)];
  if (!leaving) {
    const ofTheClass = classRules(facts, rules);
    concerns.push(ofClass(facts, ofTheClass, home), active ? ofHealth(facts, rules, home) : null);
    concerns.push(ofConsent(facts, ofTheClass, home), active ? ofTheThree(facts, rules) : null);
  }
  if (active && rules.plates && facts.vehicle && !facts.plate) concerns.push(held("plate_missing"));
  const agreed = facts.called === "agreed";
  const stopped = concerns.find((concern) => concern && !(agreed && callable(concern)));
  if (stopped) return stopped;
  if (agreed) return admitted("called");
  return admitted(leaving ? "leaving" : "ok");
}

// Whether a call can settle a held decision; the page offers the call's answers then.
export const callable = (decision) => decision.outcome === "held" && CALLABLE.has(decision.reason);

// What holds for a class, with what its purpose changes (RULES.md B3, 24 March 2020).
export function classRules(facts, rules) {
  const found = (rules.classes || {})[facts.klass] || { allowed: false };
  return { ...found, ...(found.purposes || {})[facts.purpose] };
}

function ofCard({ card, hold, online }, home, leaving) {
  if (["unknown", "bad_signature"].includes(card)) return held(`card_${card}`);
  if (leaving && card !== "lost" && !(hold && STALE.includes(card))) return null;
  if (STALE.includes(card)) return (home || leaving ? held : refused)(`card_${card}`);
  if (card === "used") return (home ? held : refused)("code_used");
  return card === "visit_other_gate" && !online ? held("visit_other_gate") : null;
}

function ofHold({ hold, guardian }) {
  if (!hold) return null;
  return held(guardian ? "hold_guardian" : "hold");
}

function ofClass({ klass }, ofTheClass, home) {
  if (home) return null;
  if (klass === "resident") return held("not_found");
  if (ofTheClass.point) return refused("leave_at_point");
  return ofTheClass.allowed ? null : refused("class_not_allowed");
}

function ofHealth({ temperature, answers }, { fever_tenths: fever, questions }, home) {
  if (given(fever) && given(temperature) && temperature >= fever) return home ? held("fever_home") : refused("fever");
  const said = answers || {};
  if (!questions.some((question) => said[question.code] === question.bad)) return null;
  return home ? held("answers_home") : refused("answers");
}

function ofConsent({ klass, card, called, host_consent: consent, filed }, ofTheClass, home) {
  if (home || klass === "resident") return null;
  if (called === "declined") return refused("call_declined");
  const needs = ["valid", "visit_other_gate"].includes(card) ? null : ofTheClass.needs;
  if (needs === "host_consent" && !consent) return given(consent) ? refused("host_refused") : held("host_call");
  return needs === "filed" && !filed ? held("filed_missing") : null;
}

function ofTheThree({ answers, temperature }, { questions, measures }) {
  const unasked = questions.some((question) => !(question.code in (answers || {})));
  return unasked || (measures && !given(temperature)) ? held("incomplete") : null;
}

// The closed list of gates/reasons.py: code → sentence, and how a decision is reviewed. A test compares them.
export const REASONS = {
  ok: {
    zh: "核验无误，请进。",
    en: "All in order; please enter.",
  },
  leaving: {
    zh: "可以外出。",
    en: "May go out.",
  },
  doctor: {
    zh: "外出就医，随时放行。",
    en: "On the way to a doctor: never held.",
  },
  emergency: {
    zh: "紧急情况，先放行，事后补全。",
    en: "Emergency: opened at once, completed afterwards.",
  },
  card_unknown: {
    zh: "这张证读不出，或不是本居民区发的。请按楼号房号查找本人。",
    en: "This card cannot be read or was not issued here. Look the person up by building and room.",
  },
  card_bad_signature: {
    zh: "这张证没有通过验证。请留下证件号码并打电话核实。",
    en: "This card did not verify. Note its number and call to check.",
  },
  card_cancelled: {
    zh: "这张证已经注销，不再有效。",
    en: "This card was cancelled and is no longer valid.",
  },
  card_lost: {
    zh: "这张证已经挂失。",
    en: "This card was reported lost.",
  },
  card_not_yet: {
    zh: "这张证还没有到生效时间。",
    en: "This card is not valid yet.",
  },
  card_expired: {
    zh: "这张证已经过期。",
    en: "This card has expired.",
  },
  card_other_gate: {
    zh: "这张证不用于本门。",
    en: "This card is not for this gate.",
  },
  hold: {
    zh: "请先打电话联系本人的联系人。",
    en: "Please call this person's contact first.",
  },
  not_found: {
    zh: "名单里没有找到这个人，请打电话核实。",
    en: "This person is not on the list; please call to check.",
  },
  class_not_allowed: {
    zh: "按现行规定，这类来访暂时不能进入。",
    en: "Under the present rules this kind of visit may not enter for now.",
  },
  fever_home: {
    zh: "体温偏高。这是回家的居民，请有人陪同并联系社区医生，不拦在门外。",
    en: "Temperature is high. A resident is accompanied home and a doctor is called; nobody is shut out.",
  },
  fever: {
    zh: "体温偏高，今天不能进入。建议就医。",
    en: "Temperature is high; no entry today. Please see a doctor.",
  },
  answers_home: {
    zh: "健康询问有需要关注的回答。这是回家的居民，请联系居委会，陪同回家。",
    en: "An answer needs care. A resident on the way home: call the office and accompany the person home.",
  },
  answers: {
    zh: "健康询问有需要关注的回答，今天不能进入。",
    en: "An answer to the health questions does not allow entry today.",
  },
  host_call: {
    zh: "请先打电话征得住户同意。",
    en: "Please call the household for its consent first.",
  },
  host_refused: {
    zh: "住户没有同意这次来访。",
    en: "The household did not consent to this visit.",
  },
  incomplete: {
    zh: "询问或测温还没有完成，不能记为放行。",
    en: "Questions or temperature are not complete; this cannot be recorded as admitted.",
  },
  plate_missing: {
    zh: "车辆还没有登记车牌。",
    en: "The vehicle's plate has not been written down yet.",
  },
  code_used: {
    zh: "这个访客码已经用过，一个码只进一次。可以请住户再发一个，或打电话征得住户同意。",
    en: "This visitor's code has been used: one code, one entry. The household can send another, or agree by phone.",
  },
  visit_other_gate: {
    zh: "这个访客码写的是另一个门。有网络时可以在这里查验；没有网络，请打电话给住户，或请来客到那个门。",
    en: "This visitor's code names another gate. With a network it can be checked here; without, call the household or show the way to that gate.",
  },
  called: {
    zh: "已经打电话核实，可以通过。",
    en: "Checked by a call; may pass.",
  },
  call_declined: {
    zh: "已经打电话核实，对方没有同意，这次不能进入。",
    en: "Checked by a call: the answer was no, so no entry this time.",
  },
  hold_guardian: {
    zh: "请先打电话联系孩子的监护人，并陪孩子等候。",
    en: "Please call the child's guardian first, and stay with the child meanwhile.",
  },
  leave_at_point: {
    zh: "快递、外卖请放到无接触存放点，并打电话告诉收件人来取。谢谢您送来。",
    en: "Please leave goods at the contactless point and call who receives them. Thank you for bringing them.",
  },
  filed_missing: {
    zh: "还没有见到备案。请打电话向居委会或物业核实。",
    en: "No filing has been seen yet; please call the office or the property company to check.",
  },
};

export const REVIEW = {
  zh: "如有不同意见，可以凭本单编号到居委会或请门岗代为申请复核，由人答复。",
  en: "If you disagree, ask the office or the gate for a review with the number of this slip; a person will answer.",
};
