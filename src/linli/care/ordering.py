"""The row of an order: who ordered, by what power, on which document; and which orders of a case stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.care import acts, powers, rules, telling
from linli.care.models import Case, Order
from linli.care.sealed import sealed_words
from linli.care.writing import Authority, journal
from linli.kernel.refusal import Refusal
from linli.operations.queries import ruleset_for


@dataclass(frozen=True)
class Ordered:
    """Who ordered when: with the number of a ``document``, or aloud by somebody (``said_by``: name and post).

    ``given_at`` None: nobody knows yet. Then it counts from when it is heard of, and the office is asked at once for moment and body.
    """

    body: Authority
    given_at: datetime | None
    document: str = ""
    said_by: str = ""


def write_order(by: User | None, case: Case, ordered: Ordered) -> Order:
    """The row of an order on a case that is locked or new. Refusals as in :func:`order`."""
    now = timezone.now()
    said = Ordered(ordered.body, ordered.given_at, ordered.document.strip(), ordered.said_by.strip())
    given = said.given_at or now
    _check(said, now)
    begun = case.operation.starts_at if case.operation is not None else now
    ruleset = ruleset_for(case.operation, max(given, begun))
    power = powers.power_for(said.body.kind, ruleset, timezone.localdate(given))
    if power is None:
        raise Refusal(
            "care.not_empowered",
            gettext_noop("By the rules in force this kind of body may not order anybody to stay at home."),
        )
    row: Order = Order.objects.create(
        neighbourhood_id=case.neighbourhood_id,
        case=case,
        body_kind=said.body.kind,
        body_name=" ".join(said.body.name.split())[:120],
        power=power.code,
        document=sealed_words(said.document, case),
        oral=sealed_words(said.said_by, case),
        given_at=given,
        unsure=said.given_at is None,
        heard_at=now,
        by_user=by.pk if by is not None else None,
        lapses_at=None if said.document else rules.lapses_at(given),
        documented_at=now if said.document else None,
    )
    journal(acts.ORDERED, by, case, {"body": row.body_kind, "power": row.power, "written": bool(said.document)})
    telling.order_given(by, row)
    _known_now(by, row)
    return row


def _known_now(by: User | None, order: Order) -> None:
    """What is known of an order takes the place of the one whose moment nobody knew; that one is struck."""
    now = timezone.now()
    if order.unsure:
        return
    for one in standing(order.case):
        if one.unsure and one.documented_at is None:
            Order.objects.filter(pk=one.pk).update(annulled_at=now, annulled_by=by.pk if by is not None else None)
            telling.order_done(one, now)


def _check(said: Ordered, now: datetime) -> None:
    if not said.body.name.strip():
        raise Refusal("care.body_name", gettext_noop("Please write which authority ordered it."))
    if not (said.document or said.said_by):
        raise Refusal(
            "care.oral_authority",
            gettext_noop("Please write the number of the document or, when it was said aloud, who said it."),
        )
    if said.given_at is not None and said.given_at > now:
        raise Refusal("care.future", gettext_noop("This moment is still to come."))


def standing(case: Case) -> list[Order]:
    """The orders of a case that have neither lapsed nor been struck, the latest last."""
    return list(Order.objects.filter(case=case, lapsed_at__isnull=True, annulled_at__isnull=True))
