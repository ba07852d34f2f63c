"""The kinds of notices: each room registers its own, with its words, its repeats and who is told next.

What a notice says is computed when it is read: ``describe`` speaks to who is signed in and may see it. A bot or a mail gets ``title``,
a count and a link, and nothing else: ``title`` is a plain sentence without any name in it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils.functional import Promise

from linli.kernel.escalation import Step
from linli.notices.models import Notice

Words = str | Promise
logger = logging.getLogger("linli.notices")


@dataclass(frozen=True)
class Said:
    """What the page says of a notice: a sentence, more of it (where, since when), and where it is done."""

    title: Words
    detail: Words = ""
    url: str = ""


Describe = Callable[[Sequence[Notice]], Mapping[UUID, Said]]


def _nothing_more(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    return {}


@dataclass(frozen=True)
class Kind:
    """A kind of notice.

    ``code`` is ``<room>.<what>``. ``repeat_after``: told again to the same, ``repeats`` times, while nobody took it up; an alarm goes on
    after that, at the calmer pace of ``then_every``, until somebody takes it up or it is settled. ``steps``: who else is told so long
    after it was due (``to`` is a capacity, found from the notice's place upwards). ``sound``: the page makes a sound. ``describe``: a few
    statements however many the notices are; what it leaves out is shown by its title alone.
    """

    code: str
    title: Words
    repeat_after: timedelta | None = None
    repeats: int = 0
    steps: tuple[Step, ...] = ()
    sound: bool = False
    describe: Describe = _nothing_more
    then_every: timedelta | None = None

    def __post_init__(self) -> None:
        paces = [self.repeat_after] if self.repeats or self.then_every is not None else []
        if self.then_every is not None:
            paces.append(self.then_every)
        if any(pace is None or pace <= timedelta(0) for pace in paces):
            raise ValueError(f"{self.code}: a repeat needs a time after which it comes")


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known (from the room's ``apps.py``). Registering a code again replaces it (a reload)."""
    _kinds[kind.code] = kind
    return kind


def kind_of(code: str) -> Kind:
    """The kind called ``code``; one that says its code alone when its room is gone."""
    return _kinds.get(code) or Kind(code, code)


def known(code: str) -> bool:
    """Whether a kind was registered."""
    return code in _kinds


def _words(kind: Kind, rows: Sequence[Notice]) -> Mapping[UUID, Said]:
    """What the room says of its notices. One room's mistake hides no other's notice: then the title alone is shown."""
    try:
        return kind.describe(rows)
    except Exception:
        logger.exception("%s does not say what its notices are about", kind.code)
        return {}


def said(notices: Sequence[Notice]) -> dict[UUID, Said]:
    """What the page says of each of some notices; each kind is asked once."""
    found: dict[UUID, Said] = {}
    for code in {one.kind for one in notices}:
        kind = kind_of(code)
        rows = [one for one in notices if one.kind == code]
        words = _words(kind, rows)
        found |= {one.pk: words.get(one.pk, Said(kind.title)) for one in rows}
    return found
