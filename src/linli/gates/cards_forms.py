"""Forms of permits and cards."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.gates.cards_actions import DEFAULT_DAYS, LONGEST_DAYS
from linli.gates.cards_batches import SERIALS, SHEETS
from linli.gates.cards_faces import Group, faces
from linli.gates.cards_words import SPOILED_WHY
from linli.gates.models.faces import AreaFace, Colour, Shape
from linli.gates.queries import gate_label
from linli.ground.models import Area, Place

NAMES = (
    ("masked", _("the first character and stars (张*)")),
    ("none", _("no name")),
    ("full", _("the whole name")),
)


PRINTED = ("estate", "building")


class PrintForm(forms.Form):
    """What the office says when it orders cards."""

    place = forms.ChoiceField(label=_("Print for"), required=False)
    group = forms.ChoiceField(
        label=_("New permits open"),
        required=False,
        help_text=_("Who has a permit keeps the gates that it opens."),
    )
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
        known = faces(neighbourhood.pk)
        groups: Any = self.fields["group"]
        groups.choices = [("", _("all gates"))] + [(str(face.area_id), face.area.name) for face in known]
        if not known:
            del self.fields["group"]
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

    def chosen_group(self) -> Area | None:
        """The gate group that new permits open, None for all gates."""
        chosen = self.cleaned_data.get("group")
        return Area.objects.get(pk=chosen) if chosen else None


class GroupForm(forms.Form):
    """A gate group: its gates and parts, and the colour and shape by which its cards are known."""

    name = forms.CharField(label=_("Name of the gate group"), max_length=40, help_text=_("It stands on every card."))
    places = forms.MultipleChoiceField(
        label=_("Gates and parts"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A gate, or a part of the neighbourhood with all gates in it."),
    )
    colour = forms.ChoiceField(label=_("Colour"), choices=Colour.choices, widget=forms.RadioSelect)
    shape = forms.ChoiceField(label=_("Shape"), choices=Shape.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, neighbourhood: Place, area: Area | None, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = ("gate", "estate", "building")
        rows = Place.objects.filter(neighbourhood=neighbourhood, kind__code__in=kinds, until__isnull=True)
        self._places = {
            str(place.pk): place for place in rows.select_related("kind", "parent").order_by("kind__rank", "path")
        }
        places: Any = self.fields["places"]
        gates = rows.filter(kind__code="gate").values_list("path", flat=True)
        holding = [one for one in self._places.values() if any(path.startswith(one.path) for path in gates)]
        places.choices = [
            (str(place.pk), gate_label(place) if place.kind.code == "gate" else place.name) for place in holding
        ]
        others = AreaFace.objects.filter(neighbourhood=neighbourhood).exclude(area=area)
        self._taken = set(others.values_list("colour", flat=True)), set(others.values_list("shape", flat=True))
        for field, taken in zip(("colour", "shape"), self._taken, strict=True):
            choice: Any = self.fields[field]
            choice.choices = [pair for pair in choice.choices if pair[0] not in taken]
        face = AreaFace.objects.filter(area=area).first() if area is not None else None
        if area is not None:
            self.initial = {"name": area.name, "places": [str(one.place_id) for one in area.members.all()]}
        if face is not None:
            self.initial = {**self.initial, "colour": face.colour, "shape": face.shape}

    def free_shapes(self) -> list[str]:
        """The shapes that no other group has."""
        return [shape for shape in Shape.values if shape not in self._taken[1]]

    def chosen(self) -> Group:
        """What was said."""
        said = self.cleaned_data
        places = [self._places[pk] for pk in said["places"]]
        return Group(said["name"].strip(), places, said["colour"], said["shape"])


class MomentForm(forms.Form):
    """As of when the books are shown."""

    at = forms.DateTimeField(
        label=_("As of"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
    )

    def clean_at(self) -> datetime:
        """A moment that every clock and database knows."""
        at: datetime = self.cleaned_data["at"]
        if not 1900 < at.year < 9999:
            raise forms.ValidationError(self.fields["at"].error_messages["invalid"], code="invalid")
        return at


class MarkForm(forms.Form):
    """Which cards of a batch, as the clerk sees them on paper: whole sheets, or the serials on the cards."""

    unit = forms.ChoiceField(label=_("By"), choices=((SHEETS, _("sheets")), (SERIALS, _("serials on the cards"))))
    which = forms.CharField(
        label=_("Which ones"),
        max_length=200,
        help_text=_("One or several, for example 1-35, 40."),
        widget=forms.TextInput(),
    )
    note = forms.ChoiceField(label=_("Why they are waste"), choices=list(SPOILED_WHY.items()), required=False)


def _label(place: Place, known: dict[int, Place]) -> str:
    parent = known.get(place.parent_id or 0)
    return f"{_label(parent, known)} {place.name}" if parent is not None else place.name
