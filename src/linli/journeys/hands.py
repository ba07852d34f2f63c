"""The hands of an office, a body, a dwelling or somebody from outside: found, or made."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_noop

from linli.ground.models import Body, Mandate, Place
from linli.journeys.details import Outsider, outsider_of, seal_outsider
from linli.journeys.models import Hands
from linli.kernel.refusal import Refusal
from linli.operations.models import Operation


def of_mandate(neighbourhood: Place, mandate: Mandate) -> Hands:
    """The hands of an office."""
    return _found(neighbourhood, mandate=mandate)


def of_body(neighbourhood: Place, body: Body, role: str = "") -> Hands:
    """The hands of a body; ``role`` says what it is to us (:class:`Hands.Role`), a place of central quarantine among others."""
    _check_role(role, needed=False)
    return _found(neighbourhood, body=body, role=role)


def of_dwelling(neighbourhood: Place, dwelling: Place) -> Hands:
    """The hands of a home. Raises ``journeys.no_dwelling`` for a place in which nobody lives, or of another neighbourhood."""
    if dwelling.kind.code != "dwelling" or dwelling.neighbourhood_id != neighbourhood.pk:
        raise Refusal("journeys.no_dwelling", gettext_noop("This is no dwelling of the neighbourhood."))
    return _found(neighbourhood, place=dwelling)


def of_outsider(neighbourhood: Place, operation: Operation, role: str, outsider: Outsider) -> Hands:
    """The hands of somebody from outside; the same name in the same role of one operation is the same hands."""
    _check_role(role, needed=True)
    rows = Hands.objects.filter(neighbourhood=neighbourhood, operation=operation, role=role, body__isnull=True)
    for one in rows:
        if outsider_of(one) == outsider:
            return one
    made: Hands = Hands.objects.create(
        neighbourhood=neighbourhood, operation=operation, role=role, sealed=seal_outsider(outsider, operation)
    )
    return made


def _check_role(role: str, *, needed: bool) -> None:
    if (role or needed) and role not in Hands.Role.values:
        raise Refusal("journeys.role", gettext_noop("Please say from the list who that is."))


def _found(neighbourhood: Place, **what: Any) -> Hands:
    hands, _made = Hands.objects.get_or_create(neighbourhood=neighbourhood, **what)
    found: Hands = hands
    return found
