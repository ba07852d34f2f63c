"""Forms of the page on which a neighbourhood is split or merged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import User
from linli.ground.models import Place


class _Since(forms.Form):
    """From which day on."""

    since = forms.DateField(
        label=_("From this day on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["since"].initial = today
        self.fields["since"].widget.attrs["max"] = today.isoformat()


class SplitForm(_Since):
    """What the new neighbourhood is called and who answers for it; its parts are chosen beside it."""

    name = forms.CharField(label=_("Name of the new neighbourhood"), max_length=120)
    code = forms.CharField(label=_("Official code"), max_length=30, required=False)
    secretary = forms.ChoiceField(
        label=_("Its secretary"), help_text=_("An account of today; the office can be handed over afterwards.")
    )
    field_order = ("name", "code", "secretary", "since")

    def __init__(self, *args: Any, users: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["secretary"].choices = [  # type: ignore[attr-defined]
            (str(user.pk), f"{user.display_name} ({user.username})") for user in users
        ]


class MergeForm(_Since):
    """Into which neighbourhood."""

    into = forms.ChoiceField(label=_("Which neighbourhood goes on"))
    field_order = ("into", "since")

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [(str(place.pk), place.name) for place in places]  # type: ignore[attr-defined]
