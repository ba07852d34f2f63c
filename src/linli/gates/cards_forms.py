"""Forms of permits and cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.gates.cards_actions import DEFAULT_DAYS, LONGEST_DAYS
from linli.ground.models import Place

NAMES = (
    ("masked", _("the first character and stars (张*)")),
    ("none", _("no name")),
    ("full", _("the whole name")),
)


PRINTED = ("estate", "building")


class PrintForm(forms.Form):
    """What the office says when it orders cards."""

    place = forms.ChoiceField(label=_("Print for"), required=False)
    until = forms.DateField(
        label=_("Permits hold through"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Who has a permit keeps it with its own end."),
    )
    handout_by = forms.DateField(
        label=_("To be handed out by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    names = forms.ChoiceField(label=_("Name on the card"), choices=NAMES, widget=forms.RadioSelect, initial="masked")
    review = forms.CharField(
        label=_("Who answers when somebody is refused"),
        max_length=40,
        required=False,
        help_text=_("A telephone number or an office; it is printed on every card."),
    )
    title = forms.CharField(label=_("Name of the batch"), max_length=40, required=False)

    def __init__(self, *args: Any, neighbourhood: Place, **more: Any) -> None:
        super().__init__(*args, **more)
        rows = Place.objects.filter(
            neighbourhood=neighbourhood, kind__code__in=(*PRINTED, "lane", "side_lane"), until__isnull=True
        )
        names = {place.pk: place for place in rows.select_related("kind").order_by("path")}
        field: Any = self.fields["place"]
        field.choices = [("", _("the whole neighbourhood"))] + [
            (str(place.pk), _label(place, names)) for place in names.values() if place.kind.code in PRINTED
        ]
        today = timezone.localdate()
        self.fields["until"].initial = today + timedelta(days=DEFAULT_DAYS)
        self.fields["until"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + timedelta(days=LONGEST_DAYS - 1)).isoformat(),
        }

    def chosen_place(self) -> Place | None:
        """The place that was chosen, None for the whole neighbourhood."""
        chosen = self.cleaned_data["place"]
        return Place.objects.get(pk=chosen) if chosen else None


def _label(place: Place, known: dict[int, Place]) -> str:
    parent = known.get(place.parent_id or 0)
    return f"{_label(parent, known)} {place.name}" if parent is not None else place.name
