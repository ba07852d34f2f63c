"""The closed list of reasons at a gate: code → outcomes it may stand with, and a sentence in both languages, printable.

The scanner carries the same list in ``scanner/rules.js`` (a test compares them); a reason is added here and there,
never renamed, because old checks keep their code.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """A reason: with which outcomes it may stand, and its sentence for a screen and a slip."""

    code: str
    outcomes: tuple[str, ...]
    zh: str
    en: str


REASONS: dict[str, Reason] = {
    reason.code: reason
    for reason in (
        Reason("ok", ("admitted",), "核验无误，请进。", "All in order; please enter."),
        Reason("leaving", ("admitted",), "可以外出。", "May go out."),
        Reason("doctor", ("admitted",), "外出就医，随时放行。", "On the way to a doctor: never held."),
        Reason(
            "emergency",
            ("admitted",),
            "紧急情况，先放行，事后补全。",
            "Emergency: opened at once, completed afterwards.",
        ),
        Reason(
            "card_unknown",
            ("held",),
            "这张证读不出，或不是本居民区发的。请按楼号房号查找本人。",
            "This card cannot be read or was not issued here. Look the person up by building and room.",
        ),
        Reason(
            "card_bad_signature",
            ("held",),
            "这张证没有通过验证。请留下证件号码并打电话核实。",
            "This card did not verify. Note its number and call to check.",
        ),
        Reason(
            "card_cancelled",
            ("held", "refused"),
            "这张证已经注销，不再有效。",
            "This card was cancelled and is no longer valid.",
        ),
        Reason("card_lost", ("held", "refused"), "这张证已经挂失。", "This card was reported lost."),
        Reason("card_not_yet", ("held", "refused"), "这张证还没有到生效时间。", "This card is not valid yet."),
        Reason("card_expired", ("held", "refused"), "这张证已经过期。", "This card has expired."),
        Reason("card_other_gate", ("held", "refused"), "这张证不用于本门。", "This card is not for this gate."),
        Reason("hold", ("held",), "请先打电话联系本人的联系人。", "Please call this person's contact first."),
        Reason(
            "not_found",
            ("held",),
            "名单里没有找到这个人，请打电话核实。",
            "This person is not on the list; please call to check.",
        ),
        Reason(
            "class_not_allowed",
            ("refused",),
            "按现行规定，这类来访暂时不能进入。",
            "Under the present rules this kind of visit may not enter for now.",
        ),
        Reason(
            "fever_home",
            ("held",),
            "体温偏高。这是回家的居民，请有人陪同并联系社区医生，不拦在门外。",
            "Temperature is high. A resident is accompanied home and a doctor is called; nobody is shut out.",
        ),
        Reason(
            "fever",
            ("refused",),
            "体温偏高，今天不能进入。建议就医。",
            "Temperature is high; no entry today. Please see a doctor.",
        ),
        Reason(
            "answers_home",
            ("held",),
            "健康询问有需要关注的回答。这是回家的居民，请联系居委会，陪同回家。",
            "An answer needs care. A resident on the way home: call the office and accompany the person home.",
        ),
        Reason(
            "answers",
            ("refused",),
            "健康询问有需要关注的回答，今天不能进入。",
            "An answer to the health questions does not allow entry today.",
        ),
        Reason("host_call", ("held",), "请先打电话征得住户同意。", "Please call the household for its consent first."),
        Reason("host_refused", ("refused",), "住户没有同意这次来访。", "The household did not consent to this visit."),
        Reason(
            "incomplete",
            ("held",),
            "询问或测温还没有完成，不能记为放行。",
            "Questions or temperature are not complete; this cannot be recorded as admitted.",
        ),
        Reason(
            "plate_missing", ("held",), "车辆还没有登记车牌。", "The vehicle's plate has not been written down yet."
        ),
        Reason(
            "code_used",
            ("held", "refused"),
            "这个访客码已经用过，一个码只进一次。可以请住户再发一个，或打电话征得住户同意。",
            "This visitor's code has been used: one code, one entry. The household can send another, or agree by phone.",
        ),
        Reason(
            "visit_other_gate",
            ("held",),
            "这个访客码写的是另一个门。有网络时可以在这里查验；没有网络，请打电话给住户，或请来客到那个门。",
            "This visitor's code names another gate. With a network it can be checked here; without, call the household "
            "or show the way to that gate.",
        ),
        Reason("called", ("admitted",), "已经打电话核实，可以通过。", "Checked by a call; may pass."),
        Reason(
            "call_declined",
            ("refused",),
            "已经打电话核实，对方没有同意，这次不能进入。",
            "Checked by a call: the answer was no, so no entry this time.",
        ),
        Reason(
            "hold_guardian",
            ("held",),
            "请先打电话联系孩子的监护人，并陪孩子等候。",
            "Please call the child's guardian first, and stay with the child meanwhile.",
        ),
        Reason(
            "leave_at_point",
            ("refused",),
            "快递、外卖请放到无接触存放点，并打电话告诉收件人来取。谢谢您送来。",
            "Please leave goods at the contactless point and call who receives them. Thank you for bringing them.",
        ),
        Reason(
            "filed_missing",
            ("held",),
            "还没有见到备案。请打电话向居委会或物业核实。",
            "No filing has been seen yet; please call the office or the property company to check.",
        ),
    )
}

OUTCOMES: dict[str, tuple[str, str]] = {
    "admitted": ("放行", "Admitted"),
    "held": ("请先联系", "Call first"),
    "refused": ("这次不能进入", "Not this time"),
}

REVIEW = (
    "如有不同意见，可以凭本单编号到居委会或请门岗代为申请复核，由人答复。",
    "If you disagree, ask the office or the gate for a review with the number of this slip; a person will answer.",
)
"""How a held or refused person asks for a review; printed on every slip."""


def sentence(code: str, language: str) -> str:
    """The sentence of a reason in ``zh-hans`` or ``en``; an unknown code is shown as it is."""
    reason = REASONS.get(code)
    if reason is None:
        return code
    return reason.en if language.startswith("en") else reason.zh


def outcome_word(outcome: str, language: str) -> str:
    """The word for an outcome."""
    zh, en = OUTCOMES.get(outcome, (outcome, outcome))
    return en if language.startswith("en") else zh
