"""Setting a neighbourhood up: the writers behind the wizard, and how far it is. Every step can be done again and corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from linli.accounts import actions as accounts
from linli.accounts.models import User
from linli.ground import acts, offices
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import NewPlace, add_place, add_places, create_neighbourhood, rename_place
from linli.ground.mandates import active
from linli.ground.models import Mandate, Place
from linli.journal.record import record
from linli.kernel.refusal import Refusal

GATE_NAME = 40
GATES_AT_MOST = 60


@dataclass(frozen=True)
class Neighbourhood:
    """What the first step asks about the place."""

    name: str
    name_en: str = ""
    code: str = ""
    subdistrict: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a neighbourhood is set up."""

    gates: int
    accounts: int

    @property
    def next_step(self) -> str:
        """The name of the step to go on with: ``gates``, ``people`` or ``next``."""
        if not self.gates:
            return "gates"
        return "people" if self.accounts < 2 else "next"


def found(
    *, place: Neighbourhood, username: str, display_name: str, password: str, language: str
) -> tuple[User, Place]:
    """The first act on an empty installation: account, neighbourhood and the secretary's office, in one transaction or not at all."""
    if not place.name.strip():
        raise Refusal("ground.name_missing", gettext_noop("Please give the neighbourhood a name."))
    with transaction.atomic():
        user = accounts.found(username=username, display_name=display_name, password=password, language=language)
        parent = _subdistrict(place.subdistrict)
        made = create_neighbourhood(by=user, name=place.name, name_en=place.name_en, code=place.code, parent=parent)
        accounts.settle(user=user, home=made.pk)
        give_mandate(by=user, capacity="secretary", place=made, user=user)
    return user, made


def _subdistrict(name: str) -> Place | None:
    cleaned = name.strip()
    if not cleaned:
        return None
    known = Place.objects.filter(kind__code="subdistrict", name=cleaned, parent__isnull=True).first()
    return known or add_places([NewPlace("subdistrict", None, cleaned)])[0]


def correct(*, by: User, place: Place, to: Neighbourhood) -> Place:
    """Correct the first step's answers; the old name stays in the history of names. The subdistrict's name may be corrected too."""
    with transaction.atomic():
        if to.name.strip() != place.name:
            rename_place(by=by, place=place, name=to.name)
        place.name_en, place.code = to.name_en.strip(), to.code.strip()
        place.save(update_fields=["name_en", "code"])
        parent = place.parent
        if parent is not None and to.subdistrict.strip() and parent.name != to.subdistrict.strip():
            _check_shared(by, parent)
            rename_place(by=by, place=parent, name=to.subdistrict)
        record(acts.PLACE_RENAMED, by=by, subject=("place", place.pk), neighbourhood=place.pk)
    return place


def _check_shared(by: User, above: Place) -> None:
    """Refuse to rename a place above for other neighbourhoods, unless ``by`` manages those too."""
    if not offices.covers(offices.reach(by), above):
        raise Refusal(
            "setup.shared_name",
            gettext_noop(
                "Other neighbourhoods belong to %(name)s too. Only who manages all of them can change its name here."
            ),
            name=above.name,
        )


def gates_of(neighbourhood: Place) -> list[Place]:
    """The gates that are in use, in the order of their names."""
    return list(_own_gates(neighbourhood).filter(until__isnull=True).select_related("kind").order_by("pk"))


def _own_gates(neighbourhood: Place) -> QuerySet[Place]:
    """Those that are named here; an office tower's gates are named with the tower."""
    rows = Place.objects.filter(neighbourhood=neighbourhood, kind__code="gate")
    return rows.exclude(parent__kind__code="office_tower")


def gate_names(text: str) -> list[str]:
    """One name a line, without empty lines and repetitions."""
    names = [" ".join(line.split()) for line in text.splitlines()]
    return list(dict.fromkeys(name for name in names if name))


def set_gates(*, by: User, neighbourhood: Place, names: Sequence[str]) -> list[Place]:
    """Let the neighbourhood have exactly these gates: new ones are added, old ones come back, those left out are closed today."""
    if not names:
        raise Refusal("setup.gates_missing", gettext_noop("Please name at least one gate."))
    if len(names) > GATES_AT_MOST or any(len(n) > GATE_NAME for n in names):
        raise Refusal(
            "setup.gates_long",
            gettext_noop("At most %(gates)s gates, each name at most %(letters)s characters, one a line."),
            gates=GATES_AT_MOST,
            letters=GATE_NAME,
        )
    known = {g.name: g for g in _own_gates(neighbourhood).order_by("-until")}
    closing = [g for name, g in known.items() if g.until is None and name not in names]
    held = active(Mandate.objects.filter(place__in=closing)).select_related("place").first()
    if held is not None and held.place is not None:
        raise Refusal(
            "setup.gate_held",
            gettext_noop("%(name)s works at %(gate)s. End or hand over that office first, then take the gate away."),
            name=held.holder_name,
            gate=held.place.name,
        )
    with transaction.atomic():
        for gate in closing:
            _reopen(by, gate, close=True)
        for name in names:
            if name not in known:
                add_place(by=by, new=NewPlace("gate", neighbourhood, name))
            elif known[name].until is not None:
                _reopen(by, known[name], close=False)
    return gates_of(neighbourhood)


def _reopen(by: User, gate: Place, *, close: bool) -> None:
    gate.until = timezone.localdate() if close else None
    gate.save(update_fields=["until"])
    act = acts.PLACE_CLOSED if close else acts.PLACE_REOPENED
    record(act, by=by, subject=("place", gate.pk), neighbourhood=gate.neighbourhood_id, data={"kind": "gate"})


def progress(neighbourhood: Place) -> Progress:
    """How far the set-up is: two statements."""
    return Progress(
        gates=Place.objects.filter(neighbourhood=neighbourhood, kind__code="gate", until__isnull=True).count(),
        accounts=User.objects.filter(home=neighbourhood.pk).count(),
    )
