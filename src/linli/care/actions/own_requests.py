"""What somebody asks on the own page about the own data: a request that the office answers in time (PIPL art. 44 to 50)."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from linli.ground.actions.requests import Asked, note_request
from linli.ground.models import Person, RightsRequest
from linli.ground.who import everyone
from linli.kernel.refusal import Refusal
from linli.ui.words import moment


def ask_about_own_data(*, by: None, person: Person, kind: str, words: str) -> RightsRequest:
    """Note a request of the person himself, who was known by the code; the secretary answers it.

    Refusals: ``care.own_asked`` (the same is asked already and not answered yet), and those of ``ground.note_request``.
    """
    rows = RightsRequest.objects.filter(person_id__in=everyone(person), kind=kind, outcome="")
    known = rows.order_by("asked_on").first()
    if known is not None:
        raise Refusal(
            "care.own_asked",
            gettext_noop("You asked for this already; the answer is due by %(day)s."),
            day=moment(known.due, "day"),
        )
    return note_request(by=by, person=person, asked=Asked(kind=kind, checked="own_page", words=words))
