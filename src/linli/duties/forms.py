"""Forms of the duties."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.accounts.models import User
from linli.duties.actions.people import Facts
from linli.duties.actions.posts import PatternFacts, PostFacts, Wanted
from linli.duties.models import Post, Training, Volunteer
from linli.duties.words import KINDS
from linli.ground.models import Area, Body, Place
from linli.ground.typed_numbers import read_phone
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

RULES = (
    ("FREQ=DAILY", _("every day")),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", _("Monday to Friday")),
    ("FREQ=WEEKLY;BYDAY=SA,SU", _("Saturday and Sunday")),
    ("", _("another rule")),
)
MINUTE = "%Y-%m-%dT%H:%M"


def english() -> bool:
    """Whether the page speaks English."""
    return (get_language() or "").startswith("en")


class Choosing(forms.Form):
    """A form whose choices are rows: chosen by their key, given back as rows."""

    def choose(self, name: str, rows: Iterable[Any], none: str = "—") -> None:
        """Offer these rows in the field called ``name``."""
        found = {str(row.pk): row for row in rows}
        field = self.fields[name]
        field.choices = [("", none), *((pk, str(row)) for pk, row in found.items())]  # type: ignore[attr-defined]
        field.coerce = found.get  # type: ignore[attr-defined]


def row_field(**kwargs: Any) -> forms.TypedChoiceField:
    """One row or none; see :class:`Choosing`."""
    return forms.TypedChoiceField(required=False, empty_value=None, **kwargs)


class PostForm(Choosing):
    """What a post is."""

    title = forms.CharField(label=_("Name of the post"), max_length=60)
    title_en = forms.CharField(label=_("Name in English"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=list(KINDS.items()))
    place = row_field(label=_("Where"), help_text=_("A gate, an estate, a building."))
    area = row_field(label=pgettext_lazy("duty", "Zone"), help_text=_("For a zone: which one."))
    host = row_field(label=_("Whose post it is"), help_text=_("Whoever has the post filled; it sees the hours."))
    gapless = forms.BooleanField(
        label=_("Somebody must be there day and night"), required=False, help_text=_("The page says every gap.")
    )
    signup = forms.BooleanField(label=_("Volunteers may sign up themselves"), required=False, initial=True)

    def __init__(
        self, places: Iterable[Place], areas: Iterable[Area], bodies: Iterable[Body], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.choose("place", places)
        self.choose("area", areas)
        self.choose("host", bodies)

    def facts(self) -> PostFacts:
        """What was written."""
        return PostFacts(**self.cleaned_data)

    @staticmethod
    def initial_of(post: Post) -> dict[str, Any]:
        """A post as the form shows it."""
        names = ("title", "title_en", "kind", "gapless", "signup")
        return {name: getattr(post, name) for name in names} | {
            "place": post.place_id,
            "area": post.area_id,
            "host": post.host_id,
        }


class PatternForm(Choosing):
    """When a post has shifts."""

    name = forms.CharField(label=_("Name of the shift"), max_length=30, help_text=_("For example day shift."))
    starts = forms.TimeField(label=_("Begins at"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    hours = forms.DecimalField(label=_("Lasts"), min_value=0.25, max_value=24, decimal_places=2, initial=12)
    count = forms.IntegerField(label=_("How many people"), min_value=1, max_value=99, initial=2)
    when = forms.ChoiceField(label=_("On which days"), choices=RULES, required=False, initial=RULES[0][0])
    rule = forms.CharField(
        label=_("Rule"),
        max_length=500,
        required=False,
        help_text=_("Only for another rule, as RFC 5545 writes it, for example FREQ=DAILY;INTERVAL=2."),
    )
    leader = forms.BooleanField(label=_("One of them leads the shift"), required=False)
    training = row_field(label=_("Some need a training"))
    trained = forms.IntegerField(label=_("How many of them"), min_value=1, max_value=99, required=False)
    body = row_field(label=_("Some come from a body"))
    of_body = forms.IntegerField(label=_("How many from there"), min_value=1, max_value=99, required=False)

    def __init__(self, trainings: Iterable[Training], bodies: Iterable[Body], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("training", trainings)
        self.choose("body", bodies)

    def facts(self) -> PatternFacts:
        """What was written."""
        data = self.cleaned_data
        needs = [Wanted(1, leader=True)] if data["leader"] else []
        if data["training"]:
            needs.append(Wanted(data["trained"] or 1, training=data["training"]))
        if data["body"]:
            needs.append(Wanted(data["of_body"] or 1, body=data["body"]))
        rule = data["when"] or data["rule"]
        return PatternFacts(data["name"], data["starts"], int(data["hours"] * 60), data["count"], rule, needs=needs)


class ShiftForm(forms.Form):
    """One shift outside every pattern."""

    starts_at = forms.DateTimeField(
        label=_("Begins at"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
        input_formats=[MINUTE, f"{MINUTE}:%S"],
    )
    hours = forms.DecimalField(label=_("Lasts"), min_value=0.25, max_value=24, decimal_places=2, initial=2)
    count = forms.IntegerField(label=_("How many people"), min_value=1, max_value=99, initial=2)


class EndForm(forms.Form):
    """The first day on which something is no more."""

    on = forms.DateField(
        label=_("From which day on it is no more"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class PersonForm(Choosing):
    """What the roster says of somebody."""

    name = forms.CharField(label=_("Name"), max_length=80)
    born_year = forms.IntegerField(
        label=_("Year of birth"), min_value=1900, max_value=2100, required=False, help_text=_("If it is known.")
    )
    adult = forms.BooleanField(
        label=_("I answer for it that this person is 18 or older"),
        required=False,
        help_text=_("Needed when the year of birth is not known, or does not say for certain."),
    )
    phone = forms.CharField(
        label=_("Telephone"), max_length=30, required=False, help_text=_("Sealed; empty leaves it as it is.")
    )
    home = row_field(
        label=_("Sent by"), help_text=_("The unit that sends this person, if one does; it sees the hours.")
    )
    user = row_field(label=_("Account"), help_text=_("With an account one sees one's own shifts and signs up."))
    leads = forms.BooleanField(label=_("Can lead a shift"), required=False)
    named = forms.BooleanField(
        label=_("Agrees to be thanked by name"),
        required=False,
        help_text=_("Only who agrees stands on a list that is put up."),
    )

    def __init__(self, bodies: Iterable[Body], users: Iterable[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choose("home", bodies)
        self.choose("user", users)

    def clean_phone(self) -> str:
        """Digits only, or nothing."""
        said = self.cleaned_data["phone"].strip()
        try:
            return read_phone(said) if said else ""
        except Refusal as refusal:
            raise forms.ValidationError(refusal_text(refusal)) from refusal

    def facts(self) -> Facts:
        """What was written."""
        return Facts(**self.cleaned_data)

    @staticmethod
    def initial_of(person: Volunteer) -> dict[str, Any]:
        """Somebody as the form shows him; never his number."""
        return {
            "name": person.name,
            "born_year": person.born_year,
            "adult": person.adult_said_on is not None,
            "home": person.home_id,
            "user": person.user_id,
            "leads": person.leads,
            "named": person.named_on is not None,
        }


class JoinForm(forms.Form):
    """The one question before one takes duties."""

    born_year = forms.IntegerField(label=_("Year of birth"), min_value=1900, max_value=2100)
    adult = forms.BooleanField(label=_("I am 18 or older"), required=False)
