"""What stands in the way of a split or merge: each with the sentence that says what to do first."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop

from linli import vault
from linli.ground.models import Place
from linli.kernel.refusal import Refusal
from linli.operations.queries import active_operation, over
from linli.procedures.models import Parting
from linli.procedures.parting.ends import model_of
from linli.procedures.parting.rules import Ask, refuse
from linli.procedures.parting.table import TABLE


def blocks(parting: Parting) -> list[Refusal]:
    """Everything that must be decided or ended first; inside a scope on both neighbourhoods. ``parting.operation_runs``,
    ``parting.operation_kept``, ``parting.other_runs``, ``parting.decide_first``.
    """
    both = [place for place in (parting.source, parting.target) if place is not None]
    found: list[Refusal] = []
    for place in both:
        found += _operations(place)
    running = Parting.objects.filter(state=Parting.State.RUNNING).exclude(pk=parting.pk)
    if running.filter(source__in=both).exists() or running.filter(target__in=both).exists():
        found.append(
            Refusal(
                "parting.other_runs", gettext_noop("Another split or merge is under way here. Wait until it is done.")
            )
        )
    for label, rule in TABLE.items():
        if rule.ask is not None and _concerns(parting, rule.ask):
            count = _open(label, rule.ask, both if label.startswith("register.") else [parting.source])
            if count:
                found.append(refuse(rule.ask, count))
    return found


def check_nothing_blocks(parting: Parting) -> None:
    """Raise the first of :func:`blocks`."""
    for refusal in blocks(parting):
        raise refusal


def _operations(place: Place) -> list[Refusal]:
    now = timezone.now()
    running = active_operation(place, now)
    if running is not None:
        return [
            Refusal(
                "parting.operation_runs",
                gettext_noop(
                    "In %(place)s the operation “%(name)s” is in force: its cards and passages belong to this neighbourhood. "
                    "End it first, or wait until it ends."
                ),
                place=place.name,
                name=running.name,
            )
        ]
    keys = set(vault.keyring().names())
    kept = [one for one in over(now).filter(neighbourhood=place) if one.key_name in keys]
    if kept:
        return [
            Refusal(
                "parting.operation_kept",
                gettext_noop("What the operation “%(name)s” kept is not erased yet. Erase it first, on its page."),
                name=kept[0].name,
            )
        ]
    return []


def _concerns(parting: Parting, ask: Ask) -> bool:
    return parting.kind == Parting.Kind.MERGE or not ask.merge_only


def _open(label: str, ask: Ask, places: list[Place]) -> int:
    model: Any = model_of(label)
    return int(model.objects.filter(ask.rows, neighbourhood__in=places).count())
