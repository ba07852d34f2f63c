"""What the page of a passage says beyond the three: what for, whom visited, what a call said, what belongs together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.gates import words
from linli.gates.models import Check, Visit
from linli.ground.models import Place
from linli.ground.places import short_address
from linli.kernel import permit_number

CONSENT = {True: gettext_lazy("agrees"), False: gettext_lazy("does not agree")}
FILED = {True: gettext_lazy("was seen"), False: gettext_lazy("was not seen")}
SAID: dict[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone number"),
    "from": gettext_lazy("Comes from"),
    "plate_note": gettext_lazy("About the car"),
    "note": gettext_lazy("Note"),
}


@dataclass(frozen=True)
class Line:
    """A label, what is said, and where it leads (empty: nowhere)."""

    label: str
    text: str
    url: str = ""


def lines(check: Any, visible: QuerySet[Check]) -> list[Line]:
    """Only what there is to say. ``visible``: the passages that the reader may open; at most three statements."""
    found = [
        Line(_("Comes for"), _purpose(check.purpose)),
        *_visited(check),
        Line(_("Consent"), str(CONSENT.get(check.host_consent, ""))),
        Line(_("Filing"), str(FILED.get(check.filed, ""))),
        Line(_("A call"), words.word(words.CALLS, check.call)),
        Line(_("Document"), words.word(words.PAPERS, check.papers)),
        Line(
            _("Goods"),
            ngettext("%(n)s parcel", "%(n)s parcels", check.goods) % {"n": check.goods} if check.goods else "",
        ),
        Line(_("From elsewhere"), _("says so himself") if check.returning else ""),
        *_together(check, visible),
    ]
    return [line for line in found if line.text]


def said(details: dict[str, str]) -> list[Line]:
    """What a stranger said of himself, in the order of the form."""
    return [Line(str(label), details[name]) for name, label in SAID.items() if details.get(name)]


def _purpose(code: str) -> str:
    return str(_("on the way to a doctor")) if code == "doctor" else words.word(words.PURPOSES, code) if code else ""


def _visited(check: Check) -> list[Line]:
    found = []
    if check.host is not None:
        home = Place.objects.filter(pk=check.host, neighbourhood=check.neighbourhood_id).select_related(
            "parent__parent__parent"
        )
        found += [Line(_("Home visited"), short_address(place)) for place in home]
    if check.visit is not None:
        for visit in Visit.objects.filter(pk=check.visit):
            number = permit_number.shown(visit.number)
            found.append(Line(_("Announced visit"), number, reverse("gates:visit", args=[visit.pk])))
    return found


def _together(check: Check, visible: QuerySet[Check]) -> list[Line]:
    """The passages before and after this one, and those who came along."""
    group = check.party or check.pk
    rows = visible.filter(
        Q(pk__in=[pk for pk in (check.follows, check.party) if pk is not None]) | Q(follows=check.pk) | Q(party=group)
    ).exclude(pk=check.pk)
    found = []
    for row in rows.order_by("happened_at", "pk").distinct():
        if row.pk == check.follows:
            label = _("Completes")
        else:
            label = _("Completed by") if row.follows == check.pk else _("Came together with")
        at = f"{timezone.localtime(row.happened_at):%H:%M}"
        text = f"{at} · {words.word(words.KLASSES, row.klass)} · {words.word(words.OUTCOMES, row.outcome)}"
        found.append(Line(label, text, reverse("gates:check", args=[row.pk])))
    return found
