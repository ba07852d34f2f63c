"""What of a pasted chat is written down already: its notices, its runs, its people, and what is left to say. Within a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.ground.models import Place
from linli.journeys import stories
from linli.journeys.actions.arrivals import text_of
from linli.journeys.actions.chats import Chat, word_of
from linli.journeys.actions.runs import plate_of
from linli.journeys.chat_reading import Piece
from linli.journeys.details import details_of
from linli.journeys.faces import TRAVELLER, bracketed, name_of, run_title, when
from linli.journeys.hand_lists import on_the_way
from linli.journeys.models import ArrivalNotice, Run, Traveller
from linli.kernel.arrival_people import Listed
from linli.kernel.handover import night_of
from linli.kernel.plates import plates_in
from linli.ui.words import listed, number

MOST_RUNS = 40
AROUND = timedelta(days=1)
"""So long before and after its messages a chat may be about runs and people."""
NAMED = 6
"""So many are named of those whom a list leaves out; of more, the number."""


@dataclass
class Here:
    """What of this neighbourhood is written down already, so that nothing is confirmed twice. ``runs``: of these nights, in their order."""

    neighbourhood: Place
    notices: dict[str, ArrivalNotice]
    runs: list[Run]
    people: list[Traveller]

    @classmethod
    def load(cls, neighbourhood: Place, chat: Chat) -> Here:
        """What a chat may be about."""
        told = ArrivalNotice.objects.filter(neighbourhood=neighbourhood, via=ArrivalNotice.Via.CHAT)
        rows = list(told.select_related("movement", "operation", "owner"))
        runs = stories.runs(neighbourhood).filter(called_off_at__isnull=True)
        moments = [one.message.at for one in chat.pieces if one.message.at]
        near = rows
        if moments:
            since, until = min(moments) - AROUND, max(moments) + AROUND
            near = [row for row in rows if since <= row.received_at <= until]
            runs = runs.filter(Q(planned_at__isnull=True) | Q(planned_at__range=(since, until)))
        named = Q(notice__in=near) | Q(listed__source__in=[f"upload:{row.upload}" for row in near])
        people = Traveller.objects.filter(named, neighbourhood=neighbourhood, closed_at__isnull=True).distinct()
        return cls(
            neighbourhood,
            {_bare(text_of(one)): one for one in rows},
            list(runs.order_by("planned_at")[:MOST_RUNS]),
            list(people.select_related(*TRAVELLER).order_by("heard_at", "pk")),
        )

    def travellers(self) -> QuerySet[Traveller]:
        """Those whom word from a chat announced."""
        found: QuerySet[Traveller] = Traveller.objects.filter(pk__in=[one.pk for one in self.people])
        return found

    def notice_of(self, piece: Piece) -> ArrivalNotice | None:
        """The notice that a message became."""
        return self.notices.get(_bare(piece.message.text))

    def run_of(self, piece: Piece) -> Run | None:
        """The run that a message was confirmed to tell of, whichever time was put right; else one that was written down by hand for
        the very minute."""
        left = piece.reading.run is not None
        said = piece.reading.run.at.at if piece.reading.run else piece.arrived.at.at if piece.arrived else None
        word, by_hand = word_of(self.neighbourhood, piece.message), None
        for run in self.runs:
            at, told = (run.departed_at, run.departed_word) if left else (run.arrived_at, run.arrived_word)
            if at is not None and told == word:
                return run
            if at is not None and told is None and _minute(at) == _minute(said):
                by_hand = run
        return by_hand

    def run(self, key: str) -> Run | None:
        """A run by the key of its choice."""
        return next((run for run in self.runs if str(run.pk) == key), None)

    def may_have_left(self, piece: Piece) -> list[tuple[str, str]]:
        """Runs of which a message may tell that they left, the likeliest first: the plate that is named, else the only one planned for
        that night, else one that is not written down yet."""
        going = [run for run in self.runs if run.departed_word is None and run.arrived_at is None]
        said = piece.reading.run
        likely = [run for run in going if said and set(plates_in(plate_of(run))) & set(said.plates)]
        if not likely and said is not None:
            tonight = [run for run in going if run.departed_at is None and run.night == night_of(said.at.at)]
            likely = tonight if len(tonight) == 1 else []
        others = [run for run in going if run not in likely]
        return [*_choices(likely), _unwritten(), *_choices(others)]

    def may_be_there(self) -> list[tuple[str, str]]:
        """Runs of which a message may tell that they arrived: those under way, who left first first, those that wait to leave, one that
        is not written down yet, those there already."""
        open_ones = [run for run in self.runs if run.arrived_at is None]
        left = sorted((run for run in open_ones if run.departed_at is not None), key=_departed)
        waiting = [run for run in open_ones if run.departed_at is None]
        there = [run for run in self.runs if run.arrived_at is not None and run.arrived_word is None]
        return [*_choices([*left, *waiting]), _unwritten(), *_choices(there)]

    @cached_property
    def to_bring(self) -> tuple[list[tuple[str, str]], str]:
        """Who may be on a run that left: first who waits, behind them who was on one that arrived and is not home yet. And in words whom
        the list leaves out, for they are on another run or home."""
        there = {one.traveller.pk for one in on_the_way(self.people, timezone.now())}
        free, back, others = [], [], []
        for row in self.people:
            run = self._seats.get(row.pk)
            if row.pk not in there:
                others.append(f"{name_of(row)}{bracketed(_('arrived'))}")
            elif run is not None and run.arrived_at is None:
                others.append(f"{name_of(row)}{bracketed(run_title(run))}")
            elif run is not None:
                back.append((str(row.pk), f"{name_of(row)}{bracketed(run_title(run))}"))
            else:
                free.append((str(row.pk), name_of(row)))
        return [*free, *back], _left_out(others) if others else ""

    def entry_of(self, person: Listed) -> Traveller | None:
        """The entry of somebody whom a confirmed message named."""
        return self._by_name.get(person.key())

    @cached_property
    def _by_name(self) -> dict[str, Traveller]:
        return {Listed(None, details_of(row).name).key(): row for row in self.people}

    @cached_property
    def _seats(self) -> dict[UUID, Run]:
        """On which run each is, the latest of several."""
        return {seat.traveller_id: run for run in self.runs for seat in run.seats.all()}


def _left_out(names: list[str]) -> str:
    if len(names) <= NAMED:
        return _("Not asked about, for they are on a run or have arrived: %(who)s.") % {"who": listed(names)}
    text = ngettext(
        "%(who)s and %(n)s more are not asked about, for they are on a run or have arrived.",
        "%(who)s and %(n)s more are not asked about, for they are on a run or have arrived.",
        len(names) - NAMED,
    )
    return text % {"who": listed(names[:NAMED]), "n": number(len(names) - NAMED)}


def _choices(runs: list[Run]) -> list[tuple[str, str]]:
    return [(str(run.pk), _said(run)) for run in runs]


def _said(run: Run) -> str:
    """A run in the few words of a choice: which, when, how many."""
    people = len(run.seats.all())
    at, about = (run.departed_at, run.departed_about) if run.departed_at else (run.planned_at, run.planned_about)
    words = (run_title(run), when(at, about, "time"), ngettext("%(n)s person", "%(n)s people", people) % {"n": people})
    return " · ".join(part for part in words if part)


def _departed(run: Run) -> float:
    return run.departed_at.timestamp() if run.departed_at is not None else 0.0


def _unwritten() -> tuple[str, str]:
    return "", _("a run not recorded yet")


def _minute(at: datetime | None) -> datetime | None:
    """A form says minutes; a message that names no time was sent at a second."""
    return at.replace(second=0, microsecond=0) if at is not None else None


def _bare(text: str) -> str:
    return " ".join(text.split())
