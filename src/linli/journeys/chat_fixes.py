"""A correction in a chat, said plainly: what was changed by it, what was not, and what to do then. Within a scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from linli.journeys.chat_reading import Fix, Piece
from linli.journeys.chat_standing import Here
from linli.journeys.details import Details, details_of
from linli.journeys.manifest_report import masked_words
from linli.kernel.arrival_people import Listed


@dataclass(frozen=True)
class Told:
    """One correction as a line: who, the old and the new, and what became of it. ``url``: where a person sets it right."""

    who: str
    old: str
    new: str
    done: bool
    words: str
    url: str = ""


def told_of(piece: Piece, pieces: Mapping[int, Piece], here: Here) -> list[Told]:
    """Every correction of a message; ``pieces``: the messages of the chat by number."""
    return [_told(fix, pieces, here) for fix in piece.fixes]


def _told(fix: Fix, pieces: Mapping[int, Piece], here: Here) -> Told:
    one = fix.correction
    who = fix.person.name if fix.person else _("No. %(n)s") % {"n": one.position} if one.position else one.name
    done, words, url = _became(fix, pieces, here)
    return Told(who, masked_words(one.old), masked_words(one.value), done, words, url)


def _became(fix: Fix, pieces: Mapping[int, Piece], here: Here) -> tuple[bool, str, str]:
    where = f"#m{fix.of}" if fix.of is not None else ""
    if fix.state == "nobody":
        return False, _("Nothing was changed: no message above names this person as coming to us."), ""
    if fix.state == "elsewhere":
        return False, _("Nothing was changed: by message %(n)s this person does not come to us.") % {"n": fix.of}, where
    if fix.state == "cancelled":
        return _not_coming(fix, pieces, here, where)
    if fix.state == "by_hand":
        if fix.of is None:
            return False, _("Nothing was changed: it is not about a person. Please look which flight is meant."), ""
        if here.notice_of(pieces[fix.of]) is not None:
            text = _("Message %(n)s is confirmed: note the flight once more as it is right; what is noted last holds.")
            return False, text % {"n": fix.of}, reverse("journeys:notice_add")
        return False, _("Nothing was changed by itself: set it right in message %(n)s.") % {"n": fix.of}, where
    return _entered(fix, pieces, here, where)


def _not_coming(fix: Fix, pieces: Mapping[int, Piece], here: Here, where: str) -> tuple[bool, str, str]:
    """Nobody is taken off by a message: a person does it, in the message that named him, or by closing his entry."""
    text = _("Nobody is taken off the list by a chat. Please ask, then decide.")
    if fix.of is None or fix.person is None or here.notice_of(pieces[fix.of]) is None:
        return False, text, where
    entry = here.entry_of(fix.person)
    if entry is None:
        return True, _("There is no open entry of this name."), ""
    return False, text, reverse("journeys:traveller", args=[entry.pk])


def _entered(fix: Fix, pieces: Mapping[int, Piece], here: Here, where: str) -> tuple[bool, str, str]:
    """Applied to what is proposed; or the person was entered before it came, and his entry may say something else still."""
    if fix.of is None or fix.person is None or here.notice_of(pieces[fix.of]) is None:
        return True, _("Applied in message %(n)s, which is not confirmed yet.") % {"n": fix.of}, where
    entry = here.entry_of(fix.person)
    if entry is None:
        return False, _("Message %(n)s was confirmed before; nobody of this name was entered.") % {"n": fix.of}, where
    stands, same = _compare(details_of(entry), fix.correction.field, fix.person)
    if same:
        return True, _("It stands so in the entry."), reverse("journeys:traveller", args=[entry.pk])
    text = _("The entry was made before this came and was not changed. It says: %(now)s.")
    return False, text % {"now": masked_words(stands) or "—"}, reverse("journeys:correct", args=[entry.pk])


def _compare(known: Details, field: str, wanted: Listed) -> tuple[str, bool]:
    """What an entry says in a field, and whether it is what is wanted; the end of a document's number stands in the note."""
    if field == "document":
        stands = f"{known.document} {known.note}".strip()
        return stands, _bare(wanted.document) in _bare(stands)
    stands = str(getattr(known, field))
    return stands, _bare(str(getattr(wanted, field))) == _bare(stands)


def _bare(text: str) -> str:
    return "".join(text.split()).upper()
