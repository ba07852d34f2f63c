"""The words of visits for what the tables hold as codes."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CLASSES: dict[str, str | Promise] = {
    "visitor": _("a visitor"),
    "worker": _("somebody who works here"),
    "courier": _("somebody who brings or fetches something"),
}
PURPOSES: dict[str, str | Promise] = {
    "": _("nothing in particular"),
    "family": _("family or friends"),
    "care": _("care of a person, housekeeping"),
    "repair": _("repair or installation"),
    "decoration": _("decoration"),
    "building": _("building work"),
    "agent": _("viewing the flat with an agent"),
    "delivery": _("delivery to the door"),
    "moving": _("moving house"),
}
ENTRIES: dict[str, str | Promise] = {
    "once": _("one entry"),
    "daily": _("one entry a day"),
    "many": _("as often as needed"),
}
CONSENTS: dict[str, str | Promise] = {
    "host_page": _("the household announced it itself"),
    "phone": _("the household agreed by phone"),
    "slip": _("the household brought a slip"),
    "office": _("the household came to the office"),
    "filed": _("filed with the committee and the property company"),
}
STATES: dict[str, str | Promise] = {
    "expected": _("expected"),
    "in": _("inside"),
    "used": _("was here"),
    "not_come": _("did not come"),
    "withdrawn": _("taken back"),
    "promise": _("the promise is missing"),
}
MARKS = {
    "expected": "info",
    "in": "green",
    "used": "green",
    "not_come": "info",
    "withdrawn": "info",
    "promise": "amber",
}
