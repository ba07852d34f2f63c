// The decision at a gate: the mirror of gates/rules.py; both run gates/tests/vectors/rules.json. No page and no clock here.

const STALE = ["cancelled", "lost", "not_yet", "expired", "other_gate"];

const admitted = (reason) => ({ outcome: "admitted", reason });
const held = (reason) => ({ outcome: "held", reason });
const refused = (reason) => ({ outcome: "refused", reason });
const given = (value) => value !== null && value !== undefined;

// facts and rules in the JSON form of docs/gates.md; nowMs: ms epoch, past rules.ends_ms nothing is measured.
export function decide(facts, rules, nowMs) {
  const { card, hold } = facts;
  if (facts.emergency || facts.klass === "emergency") return admitted("emergency");
  const leaving = facts.direction === "out";
  if (leaving && facts.purpose === "doctor") return admitted("doctor");
  const active = nowMs < (rules.ends_ms ?? nowMs + 1);
  const plateMissing = active && rules.plates && facts.vehicle && !facts.plate;
  if (leaving && !hold && !["unknown", "bad_signature", "lost"].includes(card)) {
    return plateMissing ? held("plate_missing") : admitted("leaving");
  }
  if (["unknown", "bad_signature"].includes(card)) return held(`card_${card}`);
  const home = facts.known_resident || (facts.klass === "resident" && card === "valid");
  if (STALE.includes(card)) return (home || leaving ? held : refused)(`card_${card}`);
  if (hold) return held("hold");
  const ofClass = rules.classes[facts.klass] || { allowed: false };
  if (!home) {
    if (facts.klass === "resident") return held("not_found");
    if (!ofClass.allowed) return refused("class_not_allowed");
  }
  const questions = active ? rules.questions : [];
  const answers = facts.answers || {};
  if (active && given(facts.temperature) && given(rules.fever_tenths) && facts.temperature >= rules.fever_tenths) {
    return home ? held("fever_home") : refused("fever");
  }
  if (questions.some((question) => answers[question.code] === question.bad)) {
    return home ? held("answers_home") : refused("answers");
  }
  const asksHost = !home && card !== "valid" && ofClass.needs === "host_consent";
  if (asksHost && !facts.host_consent) return given(facts.host_consent) ? refused("host_refused") : held("host_call");
  const unasked = questions.some((question) => !(question.code in answers));
  if (unasked || (active && rules.measures && !given(facts.temperature))) return held("incomplete");
  return plateMissing ? held("plate_missing") : admitted("ok");
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
};

export const REVIEW = {
  zh: "如有不同意见，可以凭本单编号到居委会或请门岗代为申请复核，由人答复。",
  en: "If you disagree, ask the office or the gate for a review with the number of this slip; a person will answer.",
};
