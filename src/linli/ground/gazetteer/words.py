"""Words of lists of divisions: what becomes of a row, what is in doubt, how it is answered."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CLASS_WORDS: dict[str, str | Promise] = {
    "kept": _("unchanged"),
    "respelled": _("written otherwise"),
    "named": _("named"),
    "renamed": _("renamed"),
    "recoded": _("with a new code"),
    "moved": _("moved to another street"),
    "resumed": _("there again"),
    "added": _("new"),
    "joined": _("joined with a place of this installation"),
    "ended": _("no longer listed"),
    "held": _("waiting for an answer"),
}
DOUBT_WORDS: dict[str, str | Promise] = {
    "replaced": _("The code is the same, the name another: taken as renamed"),
    "split": _("Perhaps a part of it"),
    "merged": _("Perhaps it went on in this one"),
    "village_to_residents": _("Perhaps the villagers' committee became a residents' committee"),
    "alike": _("The names are alike: perhaps the same"),
    "elsewhere": _("The same name in another district: perhaps the same"),
    "neighbourhood": _("Runs here and has no code yet: is it this one?"),
    "run_absent": _("Runs here and is not in the list: kept"),
    "region_absent": _("The list says nothing of this district: kept"),
}
ANSWERS_OF: dict[str, tuple[str, ...]] = {
    "replaced": ("same", "different"),
    "split": ("split", "different"),
    "merged": ("merged", "different"),
    "village_to_residents": ("same", "different"),
    "alike": ("same", "different"),
    "elsewhere": ("same", "different"),
    "neighbourhood": ("same", "different"),
    "run_absent": ("kept",),
    "region_absent": ("kept", "ended"),
}
ANSWER_WORDS: dict[str, str | Promise] = {
    "same": _("the same place"),
    "different": _("two places"),
    "merged": _("it went on in this one"),
    "split": _("a part of it"),
    "ended": _("it has ended"),
    "kept": _("it goes on"),
}
BAD_WORDS: dict[str, str | Promise] = {
    "code_missing": _("the code is missing"),
    "code_wrong": _("no code of a division (2, 4, 6, 9 or 12 digits)"),
    "name_missing": _("the name of the committee is missing"),
    "twice": _("the same row again"),
    "twice_differs": _("the same code with another name: the first holds"),
    "no_place": _("a heading within a municipality, no place"),
}
