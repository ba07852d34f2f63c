"""The words of lists of volunteers: what is asked about a cell, parts of the week in a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext, gettext_noop, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.duties.volunteers.week import ALL, PARTS
from linli.ui.words import is_chinese, listed

PROBLEMS = {
    "name_missing": gettext_noop("The name is missing; the row is left out."),
    "name_damaged": gettext_noop("A character of the name was lost."),
    "phone_missing": gettext_noop("There is no telephone number."),
    "phone_10_digits": gettext_noop("The telephone number has a digit too few."),
    "phone_bad_length": gettext_noop("The telephone number has too many or too few digits."),
    "phone_zero_lost": gettext_noop("The telephone number has lost its leading zero."),
    "phone_letter_in_number": gettext_noop("There is a letter in the telephone number."),
    "phone_unclear": gettext_noop("This is no telephone number."),
    "tick_unclear": gettext_noop("This is neither a tick nor a cross; it was not counted."),
    "hours_missing": gettext_noop("It is not said when this person can."),
    "hours_not_weekly": gettext_noop("This is no weekly pattern. Please ask when the person can."),
    "hours_partly": gettext_noop("The person can in a part of these hours only; that part was not counted."),
    "hours_unclear": gettext_noop("It is not clear when this person can. Please ask."),
    "hours_differ": gettext_noop("Ticks and words do not say the same; the ticks were taken."),
    "under_age": gettext_noop("Younger than 18; the row is left out."),
    "same_name": gettext_noop("Another row has the same name. They are kept as two people."),
    "row_twice": gettext_noop("Another row has the same name and the same number; they are one person."),
    "name_ambiguous": gettext_noop("Two people have this name, and it is not said which is meant. Nothing was set."),
    "name_unknown": gettext_noop("This speaks of nobody on the list."),
    "pair_of_one": gettext_noop("It is not said with whom."),
    "sentence_unread": gettext_noop("This was not understood. Please set it by hand."),
}
"""The closed list of what is asked about a cell: each is the msgid of a whole sentence."""

WEEKDAYS = {
    1: pgettext_lazy("weekday", "Mon"),
    2: pgettext_lazy("weekday", "Tue"),
    3: pgettext_lazy("weekday", "Wed"),
    4: pgettext_lazy("weekday", "Thu"),
    5: pgettext_lazy("weekday", "Fri"),
    6: pgettext_lazy("weekday", "Sat"),
    7: pgettext_lazy("weekday", "Sun"),
}
PART_WORDS = {"early": _("morning"), "afternoon": _("afternoon"), "night": _("evening")}


def problem_sentence(kind: str) -> str:
    """The sentence of a problem's code."""
    return gettext(PROBLEMS[kind])


def week_words(slots: Iterable[tuple[int, str]]) -> str:
    """Parts of the week in a line: "Mon, Wed all day; Tue evening". Days that say the same stand together."""
    found = set(slots)
    if found == ALL:
        return gettext("any time")
    by_parts: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for day in range(1, 8):
        parts = tuple(part for part in PARTS if (day, part) in found)
        if parts:
            by_parts[parts].append(day)
    lines = []
    for parts, days in by_parts.items():
        when = gettext("all day") if len(parts) == len(PARTS) else listed(PART_WORDS[part] for part in parts)
        named = gettext("every day") if len(days) == len(WEEKDAYS) else listed(WEEKDAYS[day] for day in days)
        lines.append(pgettext("hours", "%(days)s %(parts)s") % {"days": named, "parts": when})
    return ("；" if is_chinese() else "; ").join(lines)
