"""The notices of the room: an alarm, an order that is about to lapse or has, a household that fell to the secretary, an end ahead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.accounts.models import User
from linli.care import rules
from linli.care.models import Alarm, Case, Order, Reading, Supervisor
from linli.care.models.hidden import children_too
from linli.care.supervising import helpers, supervisors
from linli.care.words import CAUSES, KINDS, STEPS
from linli.ground.models import Household
from linli.ground.places import door
from linli.kernel.escalation import Step
from linli.kernel.ids import uuid7
from linli.notices import kinds
from linli.notices.actions import notify, settle
from linli.notices.kinds import Said
from linli.notices.models import Notice
from linli.notices.recipients import To
from linli.operations.queries import over_ids
from linli.ui.words import is_chinese, moment

ALARM, FELL, ENDING = "care.alarm", "care.fell", "care.ending"
JOINED, NOT_REOPENED = "care.joined", "care.not_reopened"
LAPSING, LAPSED, UNSURE = "care.lapsing", "care.lapsed", "care.order_unsure"
AGAIN = timedelta(minutes=5)
TIMES = 24
LATER = timedelta(minutes=30)
"""*(ours)*: for two hours every five minutes, then more calmly, until somebody says what was done or the operation ends."""
UP = timedelta(minutes=10)
AHEAD = timedelta(days=7)
"""*(ours)*: so long before other attention ends its helper is asked whether it goes on."""


def alarmed(by: User | None, alarm: Alarm) -> None:
    """Whoever looks after this person hears of it at once and again and again, after ten minutes the secretary too."""
    _tell_alarm(by, alarm, f"{ALARM}:{alarm.pk}")


def alarmed_again(by: User | None, alarm: Alarm, reading: Reading) -> None:
    """Another reading says the same two hours later, and nobody is called to it, for somebody took it up: it is told anew."""
    if timezone.now() - alarm.raised_at > AGAIN * TIMES:
        calling = Notice.objects.filter(subject_type="care_alarm", subject=str(alarm.pk), next_at__isnull=False)
        if not calling.exists():
            _tell_alarm(by, alarm, f"{ALARM}:{alarm.pk}:{reading.pk}")


def _tell_alarm(by: User | None, alarm: Alarm, key: str) -> None:
    case = alarm.case
    notify(
        by=by,
        kind=ALARM,
        subject=("care_alarm", alarm.pk),
        neighbourhood=case.neighbourhood,
        to=_helper(case, timezone.now()),
        key=key,
        quantities={"count": 1},
    )


def readdress(now: datetime, household: Household | None = None) -> int:
    """Alarms and ends ahead that wait are told to whoever looks after somebody now, and no longer to whoever did: how many went over.

    After every hand-over, of its household; by the job of all, for a substitute whose time has come. What somebody took up stays his.
    """
    waiting = Notice.objects.filter(kind__in=(ALARM, ENDING), settled_at__isnull=True, acknowledged_at__isnull=True)
    notices = list(waiting.select_related("neighbourhood"))
    alarms = dict(Alarm.objects.filter(pk__in=_ids(notices)).values_list("pk", "case"))
    cases = _by_id({alarms.get(pk, pk) for pk in _ids(notices)})
    helped = _helped([one for one in cases.values() if household is None or one.household_id == household.pk], now)
    moved = 0
    for one in notices:
        to = helped.get(alarms.get(UUID(one.subject), UUID(one.subject)))
        if to is not None and to.mandate is not None and to.mandate.pk != one.to_mandate_id:
            settle(now=now, key=one.key)
            notify(
                by=None,
                kind=one.kind,
                subject=(one.subject_type, one.subject),
                neighbourhood=one.neighbourhood,
                to=to,
                key=f"{one.kind}:{one.pk}",
                due_at=one.due_at,
                quantities=one.quantities,
            )
            moved += 1
    return moved


def alarm_answered(alarm: Alarm, now: datetime) -> None:
    """Nobody is told of it any more."""
    settle(now=now, subject=("care_alarm", alarm.pk))


def alarms_settled(case: Case, now: datetime) -> None:
    """Every alarm of a case that was closed by somebody."""
    for alarm in Alarm.objects.filter(case=case):
        alarm_answered(alarm, now)


def operations_over(now: datetime) -> int:
    """Nobody is called to an alarm of an operation that is over: what it is about is erased. In the caller's scope; how many it ended."""
    calling = Notice.objects.filter(kind=ALARM, settled_at__isnull=True)
    subjects = calling.values_list("subject", flat=True)
    if not (waiting := [UUID(one) for one in subjects]):
        return 0
    over = Alarm.objects.filter(pk__in=waiting, case__operation__in=over_ids(now)).values_list("pk", flat=True)
    return int(calling.filter(subject__in=[str(pk) for pk in over]).update(settled_at=now, next_at=None))


def closed(case: Case, now: datetime) -> None:
    """Nothing of a closed case is waited for any more: no document, nobody who looks after it, no word whether it goes on. An alarm is."""
    settle(now=now, subject=("care_case", case.pk))
    for order in Order.objects.filter(case=case):
        order_done(order, now)
    others = Case.objects.filter(household=case.household_id, kind=rules.QUARANTINE, closed_at__isnull=True)
    if case.kind != rules.QUARANTINE:
        somebody_named(case.household, case, now)
    elif not others.exclude(pk=case.pk).exists():
        somebody_named(case.household, None, now)


def reopened(by: User | None, case: Case, now: datetime) -> None:
    """What was waited for is waited for again, and its end is announced again."""
    ends_ahead(by, case)
    for order in Order.objects.filter(case=case, lapses_at__gt=now, lapsed_at__isnull=True, annulled_at__isnull=True):
        order_given(by, order, again=f":{now:%Y%m%d%H%M%S}")


def erased(cases: Iterable[Case], now: datetime) -> None:
    """Nobody is told of what is no longer there."""
    for case in cases:
        closed(case, now)
        alarms_settled(case, now)


def order_given(by: User | None, order: Order, again: str = "") -> None:
    """The office is told some hours before an oral order lapses; of one whose moment nobody knows it is asked at once."""
    if order.lapses_at is None:
        return
    warned = (LAPSING, order.lapses_at - rules.LAPSE_WARNING)
    for kind, due in (warned, (UNSURE, order.heard_at)) if order.unsure else (warned,):
        notify(
            by=by,
            kind=kind,
            subject=("care_order", order.pk),
            neighbourhood=order.case.neighbourhood,
            to=_office(order.case),
            key=f"{kind}:{order.pk}{again}",
            due_at=due,
        )


def order_done(order: Order, now: datetime) -> None:
    """Its document has come, or it no longer stands."""
    for kind in (LAPSING, UNSURE):
        settle(now=now, subject=("care_order", order.pk), kind=kind)


def order_lapsed(order: Order, now: datetime) -> None:
    """It lapsed: the office hears what became of the case."""
    notify(
        by=None,
        kind=LAPSED,
        subject=("care_order", order.pk),
        neighbourhood=order.case.neighbourhood,
        to=_office(order.case),
        key=f"{LAPSED}:{order.pk}",
    )


def fell(household: Household, case: Case | None, row: Supervisor) -> None:
    """Nobody looks after a household but the secretary, who names somebody."""
    notify(
        by=None,
        kind=FELL,
        subject=("care_home", row.pk),
        neighbourhood=household.neighbourhood,
        to=To(capacity="secretary", place=household.neighbourhood),
        key=f"{FELL}:{row.pk}",
    )


def somebody_named(household: Household, case: Case | None, now: datetime) -> None:
    """Somebody was named: the secretary need not any more."""
    rows = Supervisor.objects.filter(household=household, case=case, why=Supervisor.Why.FELL)
    for pk in rows.values_list("pk", flat=True):
        settle(now=now, subject=("care_home", pk))


def ends_ahead(by: User | None, case: Case) -> None:
    """Who helps is asked a week before other attention ends whether it goes on."""
    if case.ends_on is None:
        return
    end = timezone.make_aware(datetime.combine(case.ends_on, time()))
    settle(now=timezone.now(), subject=("care_case", case.pk), kind=ENDING)
    notify(
        by=by,
        kind=ENDING,
        subject=("care_case", case.pk),
        neighbourhood=case.neighbourhood,
        to=_helper(case, timezone.now()),
        key=f"{ENDING}:{case.pk}:{uuid7()}",
        due_at=max(end - AHEAD, timezone.now()),
    )


def joined(case: Case) -> None:
    """The secretary looks whether home, term and supervisor of what became one are right."""
    _of_a_join(JOINED, case)


def not_reopened(case: Case) -> None:
    """Two people after all, and the case of one could not be opened again by itself."""
    _of_a_join(NOT_REOPENED, case)


def _of_a_join(kind: str, case: Case) -> None:
    notify(
        by=None,
        kind=kind,
        subject=("care_case", case.pk),
        neighbourhood=case.neighbourhood,
        to=_office(case),
        key=f"{kind}:{case.pk}:{uuid7()}",
    )


def _helper(case: Case, moment: datetime) -> To:
    return _helped([case], moment)[case.pk]


def _helped(cases: Sequence[Case], moment: datetime) -> dict[UUID, To]:
    """Case → who looks after it at a moment, else the office. Four statements at any number of them."""
    homes = supervisors({one.household_id for one in cases if one.kind == rules.QUARANTINE}, moment)
    own = helpers([one.pk for one in cases if one.kind != rules.QUARANTINE], moment)
    found = {}
    for one in cases:
        post = homes.get(one.household_id) if one.kind == rules.QUARANTINE else own.get(one.pk)
        found[one.pk] = To(mandate=post.mandate) if post is not None and post.mandate is not None else _office(one)
    return found


def _office(case: Case) -> To:
    return To(capacity="secretary", place=case.neighbourhood)


def register_all() -> None:
    """From ``apps.py``."""
    up = (Step(UP, "secretary"),)
    for kind in (
        kinds.Kind(
            ALARM, gettext_lazy("Somebody in care needs help now"), AGAIN, TIMES, up, True, _alarms, then_every=LATER
        ),
        kinds.Kind(LAPSING, gettext_lazy("An oral order lapses unless its document comes"), describe=_orders),
        kinds.Kind(UNSURE, gettext_lazy("Nobody knows yet who ordered it when"), sound=True, describe=_orders),
        kinds.Kind(LAPSED, gettext_lazy("An oral order lapsed without its document"), describe=_orders),
        kinds.Kind(FELL, gettext_lazy("A household in care needs somebody who looks after it"), describe=_homes),
        kinds.Kind(JOINED, gettext_lazy("Two records of care of one person became one"), describe=_joins),
        kinds.Kind(NOT_REOPENED, gettext_lazy("A record of care could not be opened again"), describe=_joins),
        kinds.Kind(ENDING, gettext_lazy("Care for somebody ends soon"), describe=_cases),
    ):
        kinds.register(kind)


def _ids(notices: Iterable[Notice]) -> list[UUID]:
    return [UUID(one.subject) for one in notices]


def _alarms(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    rows = Alarm.objects.in_bulk(_ids(notices))
    cases = _by_id({row.case_id for row in rows.values()})
    found = {}
    for one in notices:
        alarm = rows.get(UUID(one.subject))
        case = cases.get(alarm.case_id) if alarm is not None else None
        if alarm is not None and case is not None:
            title = _("%(who)s: %(what)s") % {"who": _who(case), "what": CAUSES[alarm.cause]}
            found[one.pk] = Said(title, _steps(alarm.cause), _page(case))
    return found


def _orders(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    rows = Order.objects.in_bulk(_ids(notices))
    cases = _by_id({row.case_id for row in rows.values()})
    found = {}
    for one in notices:
        order = rows.get(UUID(one.subject))
        case = cases.get(order.case_id) if order is not None else None
        if order is None or case is None:
            continue
        lapses = {"at": moment(order.lapses_at)}
        if one.kind == LAPSING:
            detail = _("It lapses at %(at)s. Add the number of its document before.") % lapses
        elif one.kind == UNSURE:
            detail = (
                _("Heard of late. Ask which body ordered it, who said so and when, and note it before %(at)s.") % lapses
            )
        else:
            detail = _("Nobody is kept at home without an order. Note a new one if it is still needed.")
        page = reverse("care:change", args=[case.pk, "order"]) if one.kind == UNSURE else _page(case)
        found[one.pk] = Said(_("%(who)s: %(what)s") % {"who": _who(case), "what": order.body_name}, detail, page)
    return found


def _homes(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    with children_too():
        rows = Supervisor.objects.in_bulk(_ids(notices))
        homes = Household.objects.select_related("dwelling__parent__parent").in_bulk(
            {row.household_id for row in rows.values()}
        )
    return {
        one.pk: Said(
            _("%(door)s needs somebody who looks after it") % {"door": door(homes[row.household_id].dwelling)},
            "",
            reverse("care:household", args=[row.household_id]),
        )
        for one in notices
        for row in [rows.get(UUID(one.subject))]
        if row is not None and row.household_id in homes
    }


def _cases(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    cases = _by_id(_ids(notices))
    return {
        one.pk: Said(
            _who(case),
            _("%(kind)s ends on %(day)s. Say whether it goes on.")
            % {"kind": KINDS[case.kind], "day": moment(case.ends_on, "day")},
            _page(case),
        )
        for one in notices
        for case in [cases.get(UUID(one.subject))]
        if case is not None
    }


def _joins(notices: Sequence[Notice]) -> Mapping[UUID, Said]:
    cases = _by_id(_ids(notices))
    details = {
        JOINED: _("Two records of this person became one. Look whether home, term and who looks after it are right."),
        NOT_REOPENED: _(
            "Two people after all, but no order stands for this one, or its time is over. Look whether a new one is needed."
        ),
    }
    return {
        one.pk: Said(_who(case), details[one.kind], _page(case))
        for one in notices
        for case in [cases.get(UUID(one.subject))]
        if case is not None
    }


def _by_id(ids: Iterable[UUID]) -> dict[UUID, Case]:
    """Cases by id: a notice speaks to its own addressees only, so that children are among them."""
    with children_too():
        rows = Case.objects.filter(pk__in=list(ids)).select_related("person__merged_into", "dwelling__parent__parent")
        return {row.pk: row for row in rows}


def _steps(cause: str) -> str:
    """What comes next, sentence by sentence."""
    return ("" if is_chinese() else " ").join(str(STEPS[step]) for step in rules.STEPS[cause])


def _who(case: Case) -> str:
    person = case.person.merged_into or case.person
    return f"{door(case.dwelling)} {person.masked_name}".strip() if case.dwelling is not None else person.masked_name


def _page(case: Case) -> str:
    return reverse("care:case", args=[case.pk])
