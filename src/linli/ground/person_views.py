"""The page on which a person's facts are corrected; where two clerks meet, both values stand side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from linli.accounts.models import User
from linli.ground.access import needs
from linli.ground.actions.correct import (
    FIELDS,
    Clash,
    NumberChange,
    Outcome,
    correct_person,
    facts_of,
    mark_of,
)
from linli.ground.home_forms import PRESENCES, RELATIONS, SEXES, FactsForm
from linli.ground.households import dwelling_of, people_of
from linli.ground.models import Document, Person, Phone, Place
from linli.ground.places import short_address
from linli.ground.words import DOCUMENTS, refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.squares import STATES

LABELS = {
    "name": gettext_lazy("Name"),
    "sex": gettext_lazy("Sex"),
    "born": gettext_lazy("Born"),
    "nation": gettext_lazy("Nationality"),
    "relation": gettext_lazy("Relation"),
    "presence": gettext_lazy("Where the person is"),
    "away_note": gettext_lazy("Away until, where"),
    "remark": gettext_lazy("Remark"),
    "document": gettext_lazy("Number of the document"),
    "phone": gettext_lazy("Phone number"),
    "state": gettext_lazy("State of the dwelling"),
}
WORDS: dict[str, dict[str, Any]] = {
    "sex": dict(SEXES),
    "relation": dict(RELATIONS),
    "presence": dict(PRESENCES),
    "state": dict(STATES),
}
MODELS: dict[str, Any] = {"document": Document, "phone": Phone}


@require_http_methods(["GET", "POST"])
@needs("register.write")
def person(request: Any, pk: int, who: UUID) -> HttpResponse:
    """Correct one person of one dwelling."""
    place = dwelling_of(request, pk, "register.write")
    one = next((found for found in people_of(place) if found.pk == who), None)
    if one is None:
        raise Http404("not of this dwelling")
    if request.method == "POST" and request.POST.get("verb") == "settle":
        return _settle(request, place, one)
    form = FactsForm(request.POST or None, shown=facts_of(one))
    if request.method == "POST" and form.is_valid():
        try:
            outcome = correct_person(
                by=request.user,
                person=one,
                was=form.was(),
                to=form.to(),
                numbers=typed_numbers(request.POST, one),
                since=form.cleaned_data["since"],
            )
        except Refusal as refusal:
            form.add_error(_field_of(refusal), refusal_text(refusal))
        else:
            return answered(request, place, one, outcome)
    return _page(request, place, one, form)


def _field_of(refusal: Refusal) -> str | None:
    words = {"name_missing": "name", "born_wrong": "born", "since_wrong": "since", "sex_unknown": "sex"}
    return words.get(refusal.code.removeprefix("ground."))


def _page(request: Any, place: Place, one: Person, form: FactsForm) -> HttpResponse:
    context = {
        "place": place,
        "address": short_address(place),
        "person": one,
        "form": form,
        "documents": [_entry(request, "document", row) for row in Document.objects.filter(person=one)],
        "phones": [_entry(request, "phone", row) for row in Phone.objects.filter(person=one)],
        "kinds": DOCUMENTS,
        "new": {name: request.POST.get(name, "") for name in ("document_new", "document_new_word", "phone_new")},
    }
    return render(request, "ground/person.html", context, status=422 if form.errors else 200)


def _entry(request: Any, kind: str, row: Any) -> dict[str, Any]:
    """A number's line of the form: what was typed stays."""
    key = f"{kind}_{row.pk}"
    word = row.kind if kind == "document" else row.note
    return {
        "key": key,
        "row": row,
        "value": request.POST.get(key, row.masked),
        "word": request.POST.get(f"{key}_word", word),
        "mark": request.POST.get(f"{key}_was", mark_of(row)),
        "gone": bool(request.POST.get(f"{key}_gone")),
    }


def typed_numbers(post: Any, one: Person) -> list[NumberChange]:
    """The changes that the form asks for: a line that shows its mask still is not changed."""
    found = []
    for kind, model in MODELS.items():
        rows = {str(row.pk): row for row in model.objects.filter(person=one)}
        keys = {name.split("_")[1] for name in post if name.startswith(f"{kind}_") and name.endswith("_was")}
        for pk in sorted(keys):
            key, row = f"{kind}_{pk}", rows.get(pk)
            typed, mask = post.get(key, "").strip(), post.get(f"{key}_mask", "")
            gone = bool(post.get(f"{key}_gone"))
            word = post.get(f"{key}_word", "")
            number = "" if gone else None if typed in ("", mask) else typed
            old = post.get(f"{key}_old", "")
            if number is None and word == old:
                continue
            found.append(NumberChange(kind, _uuid(pk) if row is None else row.pk, post[f"{key}_was"], number, word))
        new = post.get(f"{kind}_new", "").strip()
        if new:
            word = post.get(f"{kind}_new_word", "id" if kind == "document" else "")
            found.append(NumberChange(kind, None, "", new, word))
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404("no such number") from None


def answered(request: Any, place: Place, one: Person, outcome: Outcome) -> HttpResponse:
    """Back to the household; or both values side by side where somebody else was faster."""
    if not outcome.clashes:
        if outcome.changed:
            messages.success(request, _("Recorded. Who changed it and when is in the journal."))
        return redirect("ground:home", place.pk)
    return clash_page(request, place, outcome, reverse("ground:person", args=[place.pk, one.pk]), one)


def clash_page(request: Any, place: Place, outcome: Outcome, url: str, one: Person | None = None) -> HttpResponse:
    """What was typed beside what stands there now; nothing of it is written yet."""
    accounts = {clash.by for clash in outcome.clashes if clash.by}
    names = dict(User.objects.filter(pk__in=accounts).values_list("pk", "display_name"))
    context = {
        "place": place,
        "address": short_address(place),
        "person": one,
        "lines": [_line(clash, names) for clash in outcome.clashes],
        "changed": [LABELS.get(name, name) for name in outcome.changed],
        "url": url,
    }
    return render(request, "ground/clash.html", context, status=409)


def _line(clash: Clash, names: dict[int, str]) -> dict[str, Any]:
    words = WORDS.get(clash.field, {})
    key = clash.field if clash.change is None else f"{clash.field}_{clash.change.row}"
    return {
        "key": key,
        "label": LABELS.get(clash.field, clash.field),
        "yours": words.get(clash.yours, clash.yours),
        "now": words.get(clash.now, clash.now),
        "clash": clash,
        "by": names.get(clash.by or 0, ""),
        "imported": clash.source.startswith("import:"),
    }


def _settle(request: Any, place: Place, one: Person) -> HttpResponse:
    """What a person chose between two values; a third change meanwhile asks again."""
    post = request.POST
    taken = [name for name in FIELDS if post.get(f"take_{name}") == "yours"]
    was = {name: post.get(f"now_{name}", "") for name in taken}
    numbers = []
    for name in post:
        if name.startswith(("take_document_", "take_phone_")) and post[name] == "yours":
            kind, pk = name.removeprefix("take_").split("_", 1)
            mark, word = post.get(f"mark_{kind}_{pk}", ""), post.get(f"word_{kind}_{pk}", "")
            numbers.append(NumberChange(kind, _uuid(pk), mark, post.get(f"yours_{kind}_{pk}"), word))
    try:
        outcome = correct_person(
            by=request.user,
            person=one,
            was=was,
            to={name: post.get(f"yours_{name}", "") for name in taken},
            numbers=numbers,
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("ground:person", place.pk, one.pk)
    if not outcome.changed and not outcome.clashes:
        messages.success(request, _("Left as it stands now."))
    return answered(request, place, one, outcome)
