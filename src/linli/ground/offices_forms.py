"""Forms of the page of offices (adding and giving share theirs with the wizard: ``setup_forms``)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from linli.ground import offices
from linli.ground.models import Mandate, Place


class HandOverForm(forms.Form):
    """To whom an office goes."""

    to = forms.TypedChoiceField(label=_("To"), coerce=int)

    def __init__(self, neighbourhood: Place, mandate: Mandate, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        table, _others = offices.holders(neighbourhood)
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            (h.user.pk, f"{h.user.display_name} ({h.user.username})")
            for h in table
            if h.user.is_active and h.user.pk != mandate.user_id
        ]
