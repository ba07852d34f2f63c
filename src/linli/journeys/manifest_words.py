"""Words for what is wrong on a list, and for what speaks for and against a match."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from linli.ui.words import listed

PROBLEMS = {
    "name_missing": _("There is no name."),
    "document_missing": _("There is no document number."),
    "document_unclear": _("This is no number of a document."),
    "passport_zeros_lost": _("The zeros in front were lost. They are put back for comparing; look at the passport."),
    "born_missing": _("There is no birth date."),
    "born_unclear": _("This is no birth date."),
    "born_order_unclear": _("Day and month could be the other way round."),
    "born_in_future": _("The birth date lies after the journey."),
    "document_masked": _("Part of the number is hidden."),
    "phone_masked": _("Part of the number is hidden."),
    "phone_unclear": _("This is no telephone number."),
    "surname_from_above": _("The surname is missing; the one above was taken."),
    "listed_twice": _("The same person stands on the list twice and counts once."),
    "document_shared": _("Somebody else on the list has the same document number. Both are kept."),
    "total_differs": _("The list states another number than it has lines."),
}
REASONS = {
    "name": _("same name"),
    "pinyin": _("same name in pinyin"),
    "pinyin_any_order": _("same name, given name first"),
    "truncated": _("the name is cut off"),
    "surname_abroad": _("the surname as it is read abroad"),
    "hyphen": _("hyphen in the name"),
    "passport_equal": _("same document"),
    "passport_tail": _("same last four of the document"),
    "passport_renewed": _("the document is another one since"),
    "born": _("same birth date"),
    "sex": _("same sex"),
    "phone": _("same telephone"),
    "phone_of_household": _("telephone of the household"),
    "phone_tail": _("same last four of the telephone"),
    "address": _("the address is the registered home"),
    "address_misspelt": _("the address is the registered home, misspelt"),
}
AGAINST = {
    "born_differs": _("another birth date"),
    "sex_differs": _("another sex"),
    "address_differs": _("another address"),
}
WHY_ASKED = {
    "estate_named": _("names an estate of ours, but nobody we know"),
    "near": _("resembles somebody of the register"),
    "several_alike": _("fits several people of the register"),
    "claimed_twice": _("another traveller fits the same person"),
}


def reasons_said(codes: Iterable[str]) -> str:
    """Codes for or against, in words."""
    words = REASONS | AGAINST | WHY_ASKED
    return listed(words[code] for code in codes if code in words and code != "hyphen")


def problem_said(kind: str) -> str:
    """A problem of a cell, in a sentence."""
    return str(PROBLEMS.get(kind, kind))
