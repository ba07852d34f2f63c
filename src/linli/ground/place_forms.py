"""Forms of the page of one place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Place


class _Since(forms.Form):
    """From which day on."""

    since = forms.DateField(
        label=_("From this day on"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = timezone.localdate
        self.fields["since"].widget.attrs["max"] = timezone.localdate().isoformat()


class RenameForm(_Since):
    """Another name."""

    name = forms.CharField(label=_("New name"), max_length=120)
    field_order = ("name", "since")


class AddressForm(forms.Form):
    """Where an estate lies, as addresses from elsewhere name it."""

    address = forms.CharField(
        label=_("Road and lane"),
        max_length=80,
        required=False,
        help_text=_("Such as 虹古路1597弄; empty without a lane."),
    )
    name_en = forms.CharField(
        label=_("Name in English"),
        max_length=120,
        required=False,
        help_text=_("As addresses in English write the estate."),
    )


class IntoForm(_Since):
    """The place that goes on, or the one it is put under."""

    to = forms.ChoiceField(label=_("Which place"))
    field_order = ("to", "since")

    def __init__(self, *args: Any, places: list[Place], label: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(p.pk), p.name) for p in places]  # type: ignore[attr-defined]
        self.fields["to"].label = label or self.fields["to"].label


class SplitForm(_Since):
    """A part becomes a place of its own."""

    name = forms.CharField(label=_("Name of the new place"), max_length=120)
    parts = forms.MultipleChoiceField(label=_("What goes to it"), widget=forms.CheckboxSelectMultiple, required=False)
    field_order = ("name", "parts", "since")

    def __init__(self, *args: Any, parts: list[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].choices = [(str(p.pk), p.name) for p in parts]  # type: ignore[attr-defined]


class EndForm(_Since):
    """Gone from a day on."""


class ListForm(forms.Form):
    """A list of divisions."""

    file = forms.FileField(label=_("List of divisions"))
    as_of = forms.CharField(
        label=_("Of which day"),
        required=False,
        max_length=10,
        help_text=_("A year or a day such as 2023-12-31. Needed only when the file's name does not say it."),
    )
