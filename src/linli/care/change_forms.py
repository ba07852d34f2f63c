"""Forms of the changes of a case, a verb each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.care import powers, rules, words
from linli.care.case_page import OrderLine
from linli.care.doors import read_door
from linli.care.forms import OrderForm, Saying, words_field
from linli.care.models import Case
from linli.care.writing import Authority
from linli.ground.models import Place
from linli.kernel.cadence import CONVENTIONS
from linli.operations.queries import active_operation, ruleset_for
from linli.ui.fields import day_field
from linli.ui.words import listed

VERBS = {
    "extend": gettext_lazy("Longer"),
    "shorten": gettext_lazy("Shorter"),
    "prolong": gettext_lazy("Until another day"),
    "recount": gettext_lazy("Count the days in another way"),
    "order": gettext_lazy("Note another order"),
    "move": gettext_lazy("To another place"),
    "end": gettext_lazy("End it early"),
    "release": gettext_lazy("Release early"),
    "annul": gettext_lazy("Annul: it was a mistake"),
    "reopen": gettext_lazy("Open again"),
}


def verbs_for(case: Case) -> list[str]:
    """The changes that this case can have now."""
    if case.closed_at is not None:
        return ["reopen"]
    if case.kind == rules.QUARANTINE:
        return ["extend", "shorten", "recount", "order", "move", "release", "end", "annul"]
    return ["prolong", "end", "annul"]


def bodies(neighbourhood: Place) -> list[tuple[str, str]]:
    """Kinds of bodies that an order may name: those that the rules in force let order first, the others said to be without the power."""
    now = timezone.now()
    ruleset = ruleset_for(active_operation(neighbourhood.pk, now), now)
    may = {code for line in powers.powers_of(ruleset, timezone.localdate(now)) for code in line.bodies}
    said = {code: words.named(one) for code, one in powers.bodies().items()}
    without = {
        code: gettext("%(body)s (may not order it)") % {"body": one} for code, one in said.items() if code not in may
    }
    return [*((code, one) for code, one in said.items() if code in may), *without.items()]


class DaysForm(OrderForm):
    """Another number of days, by an order of its own."""

    field_order = ("days", "reason", "body_kind", "body_name", "given_at", "document", "said_by", "words")
    days = forms.IntegerField(label=_("Days in all, from day 1"), min_value=1, max_value=rules.MOST_DAYS)
    reason = forms.ChoiceField(label=_("Why"))
    words = words_field(_("Note"))


class ReasonForm(Saying):
    """An end with its reason."""

    reason = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)
    words = words_field(_("Note"))


class MoveForm(ReasonForm):
    """To another home of this neighbourhood, or to a place outside of it."""

    field_order = ("reason", "address", "words")
    address = forms.CharField(
        label=_("Which home"),
        max_length=120,
        required=False,
        help_text=_("As people say it: 泉口花苑 7号302室. Empty: a central place or a hospital."),
    )

    def __init__(self, *args: Any, neighbourhood: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.neighbourhood = neighbourhood
        self.dwelling: Place | None = None

    def clean_address(self) -> str:
        """A door of the register."""
        text: str = self.cleaned_data["address"]
        self.dwelling = read_door(self.neighbourhood, text) if text else None
        return text


class ReleaseForm(Saying):
    """Who ordered it releases: one of those whose order stands, and nobody else is offered."""

    body_name = forms.ChoiceField(label=_("Who releases"), widget=forms.RadioSelect)
    words = words_field(_("Note"), help_text=_("The number of the paper, or who said it."))

    def __init__(self, *args: Any, standing: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bodies = {one.row.body_name: one.row.body_kind for one in standing}
        one: Any = self.fields["body_name"]
        one.choices = [
            (name, f"{name} · {words.named(powers.bodies().get(kind), kind)}") for name, kind in self._bodies.items()
        ]
        one.initial = next(reversed(self._bodies), None)
        one.help_text = who_releases(standing)

    def authority(self) -> Authority:
        """The body that was chosen."""
        name = self.cleaned_data["body_name"]
        return Authority(self._bodies[name], name)


def who_releases(standing: Sequence[OrderLine]) -> str:
    """In words: whose decision it is to release before the last day."""
    names = listed(dict.fromkeys(one.row.body_name for one in standing))
    return gettext("Only who ordered it can release it early: %(names)s. Nobody else can, the committee neither.") % {
        "names": names
    }


class ReopenForm(OrderForm):
    """Taken back; a quarantine whose order no longer stands needs one."""

    field_order = ("words", "body_kind", "body_name", "given_at", "document", "said_by")
    words = words_field(_("Why it is opened again"))

    def __init__(self, *args: Any, ordered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ordered = ordered
        if not ordered:
            for name in ("body_kind", "body_name", "given_at", "document", "said_by"):
                self.fields.pop(name)

    def clean(self) -> dict[str, Any]:
        """The order is asked for only where none stands."""
        return super().clean() if self.ordered else self.cleaned_data


class ProlongForm(Saying):
    """Another last day."""

    ends_on = day_field(label=_("Until"), help_text=_("Looked at again on this day, at the latest after a year."))
    words = words_field(_("Note"))


class CountForm(Saying):
    """Another convention."""

    convention = forms.ChoiceField(label=_("How days are counted"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = [(c.code, words.counting(c)) for c in CONVENTIONS.values() if c.code != case.convention]
        self.fields["convention"].choices = others  # type: ignore[attr-defined]


def form_for(verb: str, case: Case, data: Any, neighbourhood: Place, standing: Sequence[OrderLine]) -> Saying:
    """The form of a change, with its choices. ``standing``: the orders that hold."""
    if verb in ("extend", "shorten"):
        form: Saying = DaysForm(data, bodies=bodies(neighbourhood), initial={"days": _days(verb, case)})
        _reasons(form, "extended" if verb == "extend" else "shortened", case)
    elif verb == "order":
        form = OrderForm(data, bodies=bodies(neighbourhood))
    elif verb == "prolong":
        form = ProlongForm(data)
    elif verb == "recount":
        form = CountForm(data, case=case)
    elif verb == "move":
        form = MoveForm(data, neighbourhood=neighbourhood)
        _reasons(form, "moved", case)
    elif verb == "release":
        form = ReleaseForm(data, standing=standing)
    elif verb == "reopen":
        form = ReopenForm(data, bodies=bodies(neighbourhood), ordered=case.kind == rules.QUARANTINE and not standing)
    else:
        form = ReasonForm(data)
        _reasons(form, "ended" if verb == "end" else "annulled", case)
    return form


def _reasons(form: Saying, change: str, case: Case) -> None:
    codes: Sequence[str] = rules.reasons_of(change, case.kind)
    form.fields["reason"].choices = [(code, words.REASONS[code]) for code in codes]  # type: ignore[attr-defined]
    form.fields["reason"].initial = codes[0] if len(codes) == 1 else None


def _days(verb: str, case: Case) -> int:
    now = case.days or 0
    return now + 7 if verb == "extend" else max(1, now - 7)
