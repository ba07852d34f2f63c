"""What a neighbourhood has decided about care (Q01): how days are counted, how many households one person may look after."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.care import rules, words
from linli.care.access import READ
from linli.care.actions.practice import MOST_HOUSEHOLDS, Decided, practice_of, set_practice
from linli.care.forms import Saying
from linli.care.models import Case, Practice
from linli.care.pages import attempt
from linli.ground.access import forbidden, needs
from linli.kernel.cadence import CONVENTIONS

DECIDES = "operations.manage"
"""Who answers for an operation decides how it is worked in: the secretary."""
OF_CONTACTS = "exposure"
"""A contact is counted from the last contact, whatever a neighbourhood decides (RULES.md B5)."""


class PracticeForm(Saying):
    """Another decision, from now on."""

    convention = forms.ChoiceField(label=gettext_lazy("How days are counted"), widget=forms.RadioSelect, choices=())
    households_each = forms.IntegerField(
        label=gettext_lazy("Households that one person may look after"), min_value=1, max_value=MOST_HOUSEHOLDS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [(one.code, words.counting(one)) for one in CONVENTIONS.values() if one.code != OF_CONTACTS]
        self.fields["convention"].choices = ways  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@needs(READ)
def practice(request: Any) -> HttpResponse:
    """What holds now, what a change brings about, and whose days are counted in another way."""
    now, place = timezone.now(), request.neighbourhood
    held = practice_of(place.pk, now)
    if request.method == "POST" and DECIDES not in request.rights:
        return forbidden(request, DECIDES)
    form = PracticeForm(
        request.POST if request.method == "POST" else None,
        initial={"convention": held.convention, "households_each": held.households_each},
    )
    if request.method == "POST" and form.is_valid():
        wanted = Decided(form.cleaned_data["convention"], form.cleaned_data["households_each"])
        if wanted == held:
            return redirect("care:practice")
        if attempt(form, lambda: set_practice(
            by=request.user, neighbourhood=place, convention=wanted.convention, households_each=wanted.households_each
        )):  # fmt: skip
            messages.success(request, _("Done, and written down with your name."))
            return redirect("care:practice")
    terms = Case.objects.filter(neighbourhood=place, kind=rules.QUARANTINE, closed_at__isnull=True)
    others = terms.exclude(convention__in=[held.convention, OF_CONTACTS]).order_by("release_at", "id")
    context = {
        "form": form,
        "held": held,
        "counting": words.counting(CONVENTIONS[held.convention]),
        "since": Practice.objects.filter(neighbourhood=place, since__lte=now).last(),
        "others": others.select_related("person__merged_into"),
        "terms": terms.count(),
        "decides": DECIDES in request.rights,
        "manage": "care.manage" in request.rights,
    }
    return render(request, "care/practice.html", context, status=422 if form.errors else 200)
