"""What the pages call changes: kinds, outcomes, and the values of each."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.register.keeping import shown_value
from linli.register.words import RELATIONS
from linli.ui.squares import STATES

KINDS: dict[str, str | Promise] = {
    "building_renamed": _("Building with another name"),
    "estate_renamed": _("Estate with another name"),
    "lane_renamed": _("Side lane with another name"),
    "unit_renamed": _("Unit with another name"),
    "moved_in": _("Moved in"),
    "moved_out": _("Moved out"),
    "died": _("Died"),
    "moved": _("Moved inside the neighbourhood"),
    "returned": _("Came back"),
    "went_away": _("Went away"),
    "household_split": _("Household split"),
    "dwelling_state": _("State of a home"),
    "number_corrected": _("Number of the identity document"),
    "name_corrected": _("Name corrected"),
    "born_corrected": _("Date of birth corrected"),
    "sex_corrected": _("Sex corrected"),
    "nation_corrected": _("Nationality corrected"),
    "relation_changed": _("Relation to the head of household"),
    "phone_changed": _("Phone number"),
    "remark_changed": _("Remark"),
    "also_listed": _("Also noted at another door"),
    "dwelling_added": _("New home"),
    "household_vanished": _("Household no longer in the file"),
    "dwelling_vanished": _("Home no longer in the file"),
}
OUTCOMES: dict[str, tuple[str, str | Promise]] = {
    "applied": ("green", _("taken")),
    "already": ("green", _("the register said so already")),
    "left": ("info", _("left")),
    "lost": ("amber", _("changed by somebody else meanwhile, left")),
}
_PRESENCE: dict[str, str | Promise] = {
    "here": _("here"),
    "away": _("away"),
    "moved": _("moved away"),
    "died": _("died"),
    "elsewhere": _("lives elsewhere"),
}
_SEX: dict[str, str | Promise] = {"m": _("male"), "f": _("female")}


def door_text(code: str) -> str:
    """A door as clerks write it, whatever the office calls its buildings: 槐荫新村 2-201, 听松别墅 5."""
    estate, _sep, rest = code.partition("|")
    return f"{estate} {'-'.join(part for part in rest.split('|') if part)}".strip()


def value_text(kind: str, field: str, value: Any) -> str:
    """A value as a page says it: codes in words, numbers masked."""
    if value is None or value == "":
        return ""
    if kind == "household_split" and isinstance(value, list):
        return "、".join(f"{sheet} {row}".strip() for sheet, row in value)
    if isinstance(value, list):
        return "、".join(str(one) for one in value)
    if field == "state" or kind in ("dwelling_vanished", "dwelling_added"):
        return str(STATES[value]) if value in STATES else str(value)
    if kind == "moved" and field == "door":
        return door_text(str(value))
    shown = shown_value(field, value, show=False)
    if isinstance(shown, list):
        return "、".join(str(one) for one in shown)
    words = {"absence": _PRESENCE, "rel": RELATIONS, "sex": _SEX}.get(field, {})
    return str(words.get(str(shown), shown))
