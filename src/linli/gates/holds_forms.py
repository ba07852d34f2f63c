"""Forms of the page of holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.gates.actions.holds import LONGEST, LONGEST_CALL
from linli.ui.fields import moment_field


class HoldForm(forms.Form):
    """Who is called before a person passes, and until when. There is no field for a reason."""

    person = forms.ChoiceField(label=_("Person"), widget=forms.RadioSelect)
    until = moment_field(label=_("Until"))
    call = forms.CharField(label=_("Whom the gate calls, with a number"), max_length=LONGEST_CALL, required=False)

    def __init__(self, *args: Any, people: list[dict[str, Any]], contact: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one["person"], f"{one['name']} · {one['place']}") for one in people]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]
        self.fields["until"].initial = timezone.localtime() + timedelta(days=1)
        self.fields["until"].help_text = _("At most %(days)s days, and not beyond the operation.") % {
            "days": LONGEST.days
        }
        self.fields["call"].help_text = _(
            "A surname and a number are enough; the guard sees both. For a child under 14 leave it empty: the guardian "
            "whom the register knows is called."
        )
        self.fields["call"].widget.attrs["placeholder"] = contact

    def end(self) -> datetime:
        """Until when."""
        found: datetime = self.cleaned_data["until"]
        return found


class ExtendForm(forms.Form):
    """A later end."""

    until = moment_field(label=_("Until"))
