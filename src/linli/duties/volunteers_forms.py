"""Forms of the roster's people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.duties.models import Training, Volunteer
from linli.duties.volunteer_words import PART_WORDS, WEEKDAYS
from linli.duties.volunteers_list import training_name
from linli.duties.words import ABSENCES, EXEMPTIONS
from linli.ground.models import Body

MOST_MB = 8


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, as a browser writes it."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)


def body_choices(bodies: Iterable[Body], none: Any) -> list[tuple[str, Any]]:
    """Bodies to choose from, none of them first."""
    return [("", none), *((str(one.pk), one.name) for one in bodies)]


class HoursForm(forms.Form):
    """When somebody can: a box for each part of each weekday."""

    def __init__(self, slots: Iterable[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.have = set(slots)

    def grid(self) -> list[tuple[Any, list[tuple[str, Any, bool]]]]:
        """Weekday → (value, words, ticked) of its three parts."""
        return [
            (word, [(f"{day}-{part}", PART_WORDS[part], (day, part) in self.have) for part in PART_WORDS])
            for day, word in WEEKDAYS.items()
        ]

    def slots(self, data: QueryDict) -> set[tuple[int, str]]:
        """What was ticked."""
        known = {f"{day}-{part}": (day, part) for day in WEEKDAYS for part in PART_WORDS}
        return {known[value] for value in data.getlist("slot") if value in known}


class AbilitiesForm(forms.Form):
    """What somebody learned and is not asked for."""

    trainings = forms.MultipleChoiceField(label=_("Trainings"), widget=forms.CheckboxSelectMultiple, required=False)
    new_training = forms.CharField(label=_("Another training"), max_length=40, required=False)
    exempt = forms.MultipleChoiceField(
        label=_("Not asked for"), widget=forms.CheckboxSelectMultiple, required=False, choices=list(EXEMPTIONS.items()),
        help_text=_("Why is nobody's business, and is not written down."),
    )  # fmt: skip

    def __init__(self, trainings: Iterable[Training], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(one.pk): one for one in trainings}
        choices = [(pk, training_name(one)) for pk, one in self.known.items()]
        self.fields["trainings"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["trainings"]


class PairForm(forms.Form):
    """Two people who are put together, or never are."""

    other = forms.ChoiceField(label=_("With whom"))
    how = forms.ChoiceField(
        label=_("How"), choices=[("together", _("always together")), ("apart", _("never together")), ("", _("as it comes"))],
        required=False,
    )  # fmt: skip

    def __init__(self, people: Iterable[Volunteer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        names = [(pk, f"{one.name} {one.phone_masked[-4:]}".strip()) for pk, one in self.people.items()]
        self.fields["other"].choices = names  # type: ignore[attr-defined]


class AwayForm(forms.Form):
    """Somebody is not here for some days."""

    reason = forms.ChoiceField(label=_("Why"), choices=list(ABSENCES.items()))
    since = day_field(_("First day away"), initial=timezone.localdate)
    until = day_field(_("First day back"), required=False, help_text=_("Empty while it is not known."))
    place = forms.CharField(label=_("Where"), max_length=60, required=False)


class ListForm(forms.Form):
    """A list of volunteers: a file, or rows pasted from one."""

    file = forms.FileField(label=_("File"), required=False, help_text=_("xlsx, xls, ods or csv; at most 8 MB."))
    pasted = forms.CharField(label=_("Or rows pasted here"), required=False, widget=forms.Textarea(attrs={"rows": 5}))

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data = super().clean() or {}
        if not data.get("file") and not data.get("pasted", "").strip():
            raise forms.ValidationError(_("Please choose a file or paste rows."))
        if data.get("file") and data["file"].size > MOST_MB * 1024 * 1024:
            self.add_error("file", _("The file is larger than 8 MB."))
        return data


class TakeForm(forms.Form):
    """How a list is taken in: who sends the staff, which body a role belongs to, that all are of age."""

    home = forms.ChoiceField(label=_("Which unit sends the staff on the list?"), required=False)
    adults = forms.BooleanField(label=_("All of them are 18 or older: I know it or was told so"), required=False)

    def __init__(
        self,
        bodies: Iterable[Body],
        roles: Mapping[str, int],
        staff: int,
        guess: Body | None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.bodies = {str(one.pk): one for one in bodies}
        self.roles = {f"role_{at}": role for at, role in enumerate(roles)}
        self.fields["home"].choices = body_choices(self.bodies.values(), _("no unit"))  # type: ignore[attr-defined]
        self.fields["home"].initial = str(guess.pk) if guess else ""
        if not staff:
            del self.fields["home"]
        for name, role in self.roles.items():
            self.fields[name] = forms.ChoiceField(
                label=_("%(role)s (%(count)s people)") % {"role": role, "count": roles[role]},
                choices=body_choices(self.bodies.values(), _("do not keep this")),
                required=False,
            )

    def chosen(self) -> dict[str, Body]:
        """Role → the body whose members these people become."""
        found = {role: self.bodies.get(self.cleaned_data[name]) for name, role in self.roles.items()}
        return {role: body for role, body in found.items() if body is not None}
