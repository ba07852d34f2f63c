"""What the pages of care share: who may look after a household, whom a page is about, and a refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from linli.care import powers, words
from linli.care.access import HELP, MANAGE
from linli.care.forms import Saying
from linli.care.models import Case
from linli.care.sealed import words_of
from linli.ground.capacities import capacities_with
from linli.ground.mandates import active, under
from linli.ground.models import Body, Mandate, Place
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal


def helpers_of(neighbourhood: Place) -> list[Mandate]:
    """The offices that may look after a household here, by name; one statement."""
    codes = {one.code for right in (MANAGE, HELP) for one in capacities_with(right)}
    rows = active(Mandate.objects.filter(under([neighbourhood], "place__path"), capacity__in=codes))
    return list(rows.select_related("place__parent", "user").order_by("holder_name", "pk"))


def nearest_first(offices: Iterable[Mandate], dwelling: Place | None) -> list[Mandate]:
    """The office of the building before that of the estate, before those of everywhere, before those of other buildings."""
    path = dwelling.path if dwelling is not None else ""

    def length(one: Mandate) -> int:
        return len(one.place.path) if one.place is not None and path.startswith(one.place.path) else 0

    return sorted(offices, key=length, reverse=True)


def bodies_of(neighbourhood: Place) -> list[tuple[int, str]]:
    """Bodies of the neighbourhood and above it that have a staff, as choices; one statement."""
    near = under([neighbourhood], "place__path")
    rows = Body.objects.filter(near, until__isnull=True).exclude(kind__code="branch").order_by("name")
    return list(rows.values_list("pk", "name"))


def attempt(form: Saying, act: Callable[[], Any]) -> bool:
    """Do it; a refusal stands beside the field it is about."""
    try:
        act()
    except Refusal as refusal:
        form.refuse(refusal.code, refusal_text(refusal))
        return False
    return True


def list_choices() -> list[tuple[str, str]]:
    """The lists of journeys that a follow-up may be on, as choices."""
    return [(code, words.named(one)) for code, one in powers.lists().items()]


def follow_initial(case: Case) -> dict[str, Any]:
    """What is known of a journey, for its form; the days as they would be typed."""
    known = case.follow_up
    first, last = known.returns_from, known.returns_until
    returns = "" if first is None else first.isoformat() if first == last else f"{first:%m月%d日}至{last:%m月%d日}"
    return {
        "health": words_of(known.health) or "",
        "route": words_of(known.route) or "",
        "returns": returns,
        "tags": list(known.tags.values_list("code", flat=True)),
    }
