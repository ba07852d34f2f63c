"""What notices of the rounds say, on the page of who is signed in: which targets, of which round, since when, who should have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.ground.models import Mandate, Place
from linli.notices import kinds
from linli.notices.kinds import Kind, Said
from linli.notices.models import Notice
from linli.rounds import standing
from linli.rounds.actions.opening import BLIND, UNWALKABLE
from linli.rounds.actions.settling import MISSED, OVERDUE
from linli.rounds.models import Occurrence, Plan, Target
from linli.rounds.plans.timing import own_moment
from linli.ui.words import moment

NAMED = 5
"""So many places are named; the page behind the notice has them all."""

AGAIN = timedelta(minutes=30)


def register_all() -> None:
    """From ``apps.py``."""
    for code, title, describe, repeats in (
        (MISSED, gettext_lazy("A round was not walked everywhere"), missed, 3),
        (OVERDUE, gettext_lazy("Something that is done every so often is overdue"), overdue, 3),
        (BLIND, gettext_lazy("A round began with places that nobody answers for"), opened, 0),
        (UNWALKABLE, gettext_lazy("A round could not be walked: nothing ran that opens it"), opened, 0),
    ):
        kinds.register(Kind(code, title, AGAIN if repeats else None, repeats, sound=bool(repeats), describe=describe))


def missed(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """What of which round is missed, and by whom now. Eight statements for any number of notices."""
    asked = {notice.pk: _ids(notice) for notice in notices}
    due = {notice.pk: notice.due_at for notice in notices}
    rounds = _rounds(key for key, _holder in asked.values())
    stands = standing.of(rounds.values(), timezone.now())
    people = Mandate.objects.in_bulk({holder for _key, holder in asked.values() if holder})
    left: dict[UUID, list[UUID]] = {}
    for pk, (key, holder) in asked.items():
        if key in rounds:
            stand = stands[rounds[key].pk]
            of_window = [one.target for one in stand.omissions if one.since == due[pk]]
            left[pk] = [target for target in of_window if (stand.holder_of(target) or 0) == holder]
    names = _names(target for found in left.values() for target in found)
    return {
        pk: Said(
            _missed_title(rounds[asked[pk][0]], due[pk], len(found)),
            _missed_detail(people.get(asked[pk][1]), [names[target] for target in found]),
            reverse("rounds:round", args=[rounds[asked[pk][0]].pk]) + "?show=missed",
        )
        for pk, found in left.items()
    }


def _missed_title(one: Occurrence, closes: datetime | None, count: int) -> str:
    words = ngettext("%(round)s: one place is missed", "%(round)s: %(count)s places are missed", count)
    return words % {"round": f"{one.title} {moment(own_moment(one, closes))}", "count": count}


def _missed_detail(holder: Mandate | None, names: Sequence[str]) -> str:
    who = holder.holder_name if holder is not None else _("nobody answers for it")
    return _("%(who)s: %(places)s") % {"who": who, "places": listed(names)}


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    shown = _(", ").join(names[:NAMED])
    if len(names) <= NAMED:
        return shown
    return _("%(names)s and %(count)s more") % {"names": shown, "count": len(names) - NAMED}


def _ids(notice: Notice) -> tuple[str, int]:
    """(hex of an occurrence or plan, number of a mandate or place) of a subject."""
    key, _colon, number = notice.subject.partition(":")
    return key, int(number)


def _rounds(keys: Iterable[str]) -> dict[str, Occurrence]:
    rows = Occurrence.objects.filter(pk__in=[UUID(key) for key in keys]).select_related("plan")
    return {row.pk.hex: row for row in rows}


def _names(targets: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Target.objects.filter(pk__in=list(targets)).order_by().values_list("pk", "name"))


def overdue(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """What has to be done again, and since when it is overdue. Three statements."""
    asked = {notice.pk: _ids(notice) for notice in notices}
    plans = {row.pk.hex: row for row in Plan.objects.filter(pk__in=[UUID(key) for key, _place in asked.values()])}
    ids = {place for _key, place in asked.values()}
    places = {row.pk: row for row in Place.objects.filter(pk__in=ids).select_related("parent__parent__parent")}
    return {
        notice.pk: Said(
            _("%(place)s is overdue since %(at)s") % {"place": label(places[place]), "at": moment(notice.due_at)},
            plans[key].title,
            reverse("rounds:plan", args=[plans[key].pk]),
        )
        for notice in notices
        for key, place in [asked[notice.pk]]
        if key in plans and place in places
    }


def label(place: Place) -> str:
    """A place with all that it lies in, below the neighbourhood: 槐安新村 7号 楼道."""
    names = [place.name]
    above = place.parent
    while above is not None and above.pk != place.neighbourhood_id:
        names.append(above.name)
        above = above.parent
    return " ".join(reversed(names))


def opened(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """A round with blind spots, or one that nobody could walk. One statement."""
    rounds = {str(row.pk): row for row in Occurrence.objects.filter(pk__in=[one.subject for one in notices])}
    return {
        one.pk: Said(
            f"{rounds[one.subject].title} {moment(rounds[one.subject].opens_at)}",
            ngettext("one place that nobody answers for", "%(count)s places that nobody answers for", one.count)
            % {"count": one.count}
            if one.kind == BLIND
            else _("Nothing ran that would have opened it; nobody could walk it."),
            reverse("rounds:round", args=[one.subject]),
        )
        for one in notices
        if one.subject in rounds
    }
