"""Writer of inspections of gates (G11): a visit with a sheet; what is amiss becomes findings in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts.models import User
from linli.ground.models import Body, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation, ruleset_for
from linli.rounds import acts
from linli.rounds.actions.answers import read_values
from linli.rounds.actions.values import store_values
from linli.rounds.actions.visits import Found, check_visit, record_finding
from linli.rounds.asking import Value, amiss
from linli.rounds.models import Question, Sheet, Visit
from linli.rounds.rules import applies
from linli.rounds.sheet_reading import ask_of


@dataclass(frozen=True)
class Inspection:
    """What somebody saw at a gate. ``id`` is the page's: a re-send is no second row. ``found``: question id → finding."""

    id: UUID
    visitor: str
    values: Mapping[int, str]
    found: Mapping[int, Found] = field(default_factory=dict)
    group: Body | None = None
    happened_at: datetime | None = None


def asked_at(gate: Place, sheet: Sheet, moment: datetime) -> list[Question]:
    """The questions that are asked at a gate under the rules of that moment."""
    rules = ruleset_for(active_operation(gate.neighbourhood_id or 0, moment, gate=gate), moment)
    return [question for question in sheet.questions.all() if applies(question.when, rules)]


def record_inspection(*, by: User | None, gate: Place, sheet: Sheet, inspection: Inspection) -> Visit:
    """Record an inspection with a finding for every answer that is amiss; each has an owner, a day and a sentence.

    Refusals: ``rounds.not_a_gate``, ``rounds.values``, ``rounds.finding_missing`` and those of visits and findings.
    """
    known: Visit | None = Visit.objects.filter(pk=inspection.id).first()
    if known is not None:
        return known
    now = timezone.now()
    moment = inspection.happened_at or now
    if gate.kind.code != "gate" or gate.neighbourhood_id is None:
        raise Refusal("rounds.not_a_gate", gettext_noop("This place is not a gate."))
    check_visit(group=inspection.group, place=gate, visitor=inspection.visitor, moment=moment, now=now)
    questions = asked_at(gate, sheet, moment)
    read = read_values(questions, inspection.values)
    wrong = [question for question in questions if amiss(ask_of(question), read[question.pk])]
    if any(question.pk not in inspection.found for question in wrong):
        raise Refusal(
            "rounds.finding_missing", gettext_noop("What is not in order needs a sentence, a day and somebody.")
        )
    try:
        with transaction.atomic():
            visit = _store(by, gate, sheet, inspection, read, moment, now)
            for question in wrong:
                record_finding(
                    by=by,
                    place=gate,
                    found=inspection.found[question.pk],
                    source=f"inspection:{visit.pk}",
                    group=inspection.group,
                    happened_at=moment,
                )
            record(
                acts.INSPECTED,
                by=by,
                subject=("visit", visit.pk),
                neighbourhood=gate.neighbourhood_id,
                happened_at=moment,
                data={"gate": gate.pk, "sheet": sheet.version, "found": len(wrong)},
            )
    except IntegrityError:  # the same page was sent twice at once
        return Visit.objects.get(pk=inspection.id)
    return visit


def _store(
    by: User | None,
    gate: Place,
    sheet: Sheet,
    inspection: Inspection,
    read: Mapping[int, Value],
    moment: datetime,
    now: datetime,
) -> Visit:
    place = gate.neighbourhood_id or 0
    visit = Visit.objects.create(
        id=inspection.id,
        neighbourhood_id=place,
        group=inspection.group,
        sheet=sheet,
        place=gate,
        happened_at=moment,
        heard_at=now,
        by_user=by.pk if by is not None else None,
        visitor=" ".join(inspection.visitor.split()),
    )
    store_values(visit, read, now)
    return visit
