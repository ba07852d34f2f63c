"""Forms of one round and of one of its targets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Mandate, Place
from linli.rounds.forms import owner_name
from linli.rounds.models import VisitTarget
from linli.ui.fields import moment_field

OUTCOMES = [
    (VisitTarget.Outcome.DONE.value, _("done")),
    (VisitTarget.Outcome.NO_ANSWER.value, _("nobody answered")),
    (VisitTarget.Outcome.CALL_BACK.value, _("later, by arrangement")),
    (VisitTarget.Outcome.REFUSED.value, _("said no")),
]
AT_A_PLACE = OUTCOMES[:1]
"""What can come of a lane, a lift or a gate: nobody opens there, and nobody says no."""


class SignForm(forms.Form):
    """Who lets a round go on with blind spots, and why."""

    name = forms.CharField(label=_("Who lets it begin like this"), max_length=80)
    why = forms.CharField(label=_("Why"), max_length=200)


class ExcuseForm(forms.Form):
    """Who takes a target off, and why."""

    name = forms.CharField(label=_("Who excuses it"), max_length=80)
    reason = forms.CharField(label=_("Why"), max_length=120)


class HandForm(forms.Form):
    """To whom targets are given."""

    to = forms.TypedChoiceField(label=_("To whom"), coerce=int)
    reason = forms.CharField(label=_("Why"), max_length=120, required=False)

    def __init__(self, people: Iterable[Mandate], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "—"), *((m.pk, owner_name(m)) for m in people)]  # type: ignore[attr-defined]


class JoinPlaceForm(forms.Form):
    """One place more, and why."""

    place = forms.TypedChoiceField(label=_("Which place"), coerce=int)
    reason = forms.CharField(label=_("Why it joins late"), max_length=120)

    def __init__(self, places: Iterable[Place], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(p.pk, f"{p.parent.name} {p.name}" if p.parent else p.name) for p in places]
        self.fields["place"].choices = names  # type: ignore[attr-defined]


class WalkedForm(forms.Form):
    """What came of a visit or a call that somebody tells of. ``key``: the page's id, so that a second sending is no second visit."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=_("What came of it"), choices=OUTCOMES)
    happened_at = moment_field(label=_("When"), initial=lambda: timezone.localtime().replace(second=0, microsecond=0))
    visitor = forms.CharField(label=_("Who went"), max_length=80, required=False)
    call_back_at = moment_field(label=_("Come or call again at"), required=False)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, at_door: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not at_door:
            self.fields["outcome"].choices = AT_A_PLACE  # type: ignore[attr-defined]
            del self.fields["call_back_at"]
