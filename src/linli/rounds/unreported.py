"""At the cut-off of a report the contact of each body that has not answered is told, and where there is none the office (E03)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.ground.models import Place
from linli.notices import kinds
from linli.notices.actions import notify, settle
from linli.notices.kinds import Kind, Said
from linli.notices.models import Notice
from linli.notices.recipients import To
from linli.rounds.models import Answer, Occurrence, Target
from linli.ui.words import moment, number

UNREPORTED = "rounds.unreported"
AGAIN = timedelta(hours=1)


def tell(occurrence: Occurrence, missing: Iterable[UUID]) -> int:
    """Tell who is to answer for each of ``missing`` (targets), in the caller's transaction. Returns how many notices there are.

    A body that hangs on the subdistrict itself is in nobody's neighbourhood: it is called, from the list of the request.
    """
    rows = Target.objects.filter(pk__in=list(missing)).select_related("holder", "body__place__neighbourhood")
    alone: Counter[Place] = Counter()
    told = 0
    for row in rows:
        home = row.body.place.neighbourhood if row.body is not None else None
        if home is None:
            continue
        if row.holder is None:
            alone[home] += 1
            continue
        _notify(occurrence, home, To(mandate=row.holder), ("report", row.pk), 1)
        told += 1
    for home, count in alone.items():
        _notify(occurrence, home, To(capacity="secretary", place=home), _of_office(occurrence.pk, home), count)
    return told + len(alone)


def _of_office(occurrence: UUID, home: Place) -> tuple[str, str]:
    """The subject of what the office is told of those without a contact; its id has 40 characters at most."""
    return "reports", f"{occurrence.hex}:{home.pk}"


def _notify(occurrence: Occurrence, home: Place, to: To, subject: tuple[str, object], count: int) -> None:
    notify(
        by=None,
        kind=UNREPORTED,
        subject=subject,
        neighbourhood=home,
        to=to,
        key=f"{UNREPORTED}:{subject[1]}",
        due_at=occurrence.due_at,
        quantities={"count": count},
    )


def settle_reported(target: Target, now: datetime) -> None:
    """It has answered: nobody is told any more; nor the office, once nobody of its neighbourhood is missing who has no contact."""
    home = target.body.place.neighbourhood if target.body is not None else None
    if home is None:
        return
    settle(now=now, subject=("report", target.pk), neighbourhood=home)
    left = Target.objects.filter(occurrence=target.occurrence_id, body__place__neighbourhood=home, holder__isnull=True)
    if target.holder_id is None and not left.exclude(pk__in=Answer.objects.values("target")).exists():
        settle(now=now, subject=_of_office(target.occurrence_id, home), neighbourhood=home)


def describe(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    """Which report is missing, and since when. Two statements."""
    own = {one.pk: UUID(one.subject) for one in notices if one.subject_type == "report"}
    targets = Target.objects.select_related("occurrence", "body").in_bulk(own.values())
    office = {one.pk: UUID(one.subject.partition(":")[0]) for one in notices if one.subject_type == "reports"}
    rounds = Occurrence.objects.in_bulk(office.values())
    found = {
        pk: Said(
            _("%(body)s has not reported “%(title)s”")
            % {"body": targets[target].name, "title": targets[target].occurrence.title},
            _("It was due by %(at)s.") % {"at": moment(targets[target].occurrence.due_at)},
            reverse("rounds:own", args=[target]),
        )
        for pk, target in own.items()
        if target in targets
    }
    counts = {one.pk: one.count for one in notices}
    for pk, key in office.items():
        if key in rounds:
            words = ngettext(
                "“%(title)s”: %(n)s body without a contact has not reported",
                "“%(title)s”: %(n)s bodies without a contact have not reported",
                counts[pk],
            )
            title = words % {"title": rounds[key].title, "n": number(counts[pk])}
            due = _("It was due by %(at)s.") % {"at": moment(rounds[key].due_at)}
            found[pk] = Said(title, due, reverse("rounds:request", args=[key]))
    return found


def register_all() -> None:
    """Make the kind known, from ``apps.py``."""
    kinds.register(
        Kind(UNREPORTED, gettext_lazy("A report has not come in"), repeat_after=AGAIN, repeats=2, describe=describe)
    )
