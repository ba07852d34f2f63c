"""The page of words: what the importer understands, what this office has added to it, and by whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.models import User
from linli.ground.access import forbidden, needs
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.register import own_words, words
from linli.register.actions.choose import set_columns
from linli.register.actions.own_words import add_word, remove_word
from linli.register.models import ImportRun, OwnWord
from linli.register.views import own
from linli.register.views_mappings import SHARE

_KNOWN = 400  # words of one kind that are shown at once; every list here is shorter


@require_http_methods(["GET", "POST"])
@needs("register.import")
def words_page(request: Any) -> HttpResponse:
    """Words by what they stand for; add one."""
    if request.method == "POST":
        return _add(request)
    return _page(request, request.GET)


def _add(request: Any) -> HttpResponse:
    shared = request.POST.get("shared") == "yes"
    if shared and SHARE not in request.rights:
        return forbidden(request, SHARE)
    vocabulary, _sep, entry = request.POST.get("means", "").partition(":")
    try:
        row = add_word(
            by=request.user,
            neighbourhood=request.neighbourhood,
            vocabulary=vocabulary,
            entry=entry,
            word=request.POST.get("word", ""),
            shared=shared,
        )
    except Refusal as refusal:
        return _page(request, request.POST, wrong=refusal_text(refusal))
    messages.success(
        request, _("From now on “%(word)s” is read as: %(means)s.") % {"word": row.word, "means": meaning(row)}
    )
    run = _run(request, request.POST.get("run", ""))
    if run is None:
        return redirect("register:words")
    if run.state == ImportRun.State.PREVIEW and run.mapping:
        sheet = run.mapping[0]["sheet"]
        before = {int(at): name for at, name in run.overrides.get(sheet, {}).items()}
        set_columns(by=request.user, run=run, sheet=sheet, columns=before)
    return redirect("register:run", run.pk)


@require_POST
@needs("register.import")
def remove(request: Any, pk: UUID) -> HttpResponse:
    """Take a word back."""
    place = Q(neighbourhood=request.neighbourhood) | Q(neighbourhood__isnull=True)
    word = get_object_or_404(OwnWord.objects.filter(place), pk=pk)
    if word.neighbourhood_id is None and SHARE not in request.rights:
        return forbidden(request, SHARE)
    try:
        remove_word(by=request.user, word=word, neighbourhood=request.neighbourhood.pk)
        messages.success(request, _("“%(word)s” is no longer read so.") % {"word": word.word})
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("register:words")


def _run(request: Any, raw: str) -> ImportRun | None:
    """The import that the word was met in, if the page was opened from it."""
    try:
        return own(request, UUID(raw)) if raw else None
    except ValueError:
        return None


def _page(request: Any, given: Any, wrong: str = "") -> HttpResponse:
    mine = list(own_words.in_force(request.neighbourhood.pk))
    names = dict(
        User.objects.filter(pk__in={row.added_by for row in mine if row.added_by}).values_list("pk", "display_name")
    )
    lines = [
        {
            "row": row,
            "means": meaning(row),
            "by": names.get(row.added_by or 0, ""),
            "may_remove": row.neighbourhood_id is not None or SHARE in request.rights,
        }
        for row in mine
    ]
    run = _run(request, given.get("run", ""))
    vocabulary = given.get("vocabulary", "")
    context = {
        "lines": lines,
        "groups": [_group(name) for name in own_words.VOCABULARIES],
        "means": given.get("means", "") or (f"{vocabulary}:" if vocabulary else ""),
        "word": given.get("word", "")[: own_words.LONGEST],
        "run": run,
        "unknown": own_words.unknown_headings(run.mapping, run.neighbourhood_id) if run else [],
        "may_share": SHARE in request.rights,
        "wrong": wrong,
        "back": reverse("register:run", args=[run.pk]) if run else "",
    }
    return render(request, "register/words.html", context, status=422 if wrong else 200)


def _group(vocabulary: str) -> dict[str, Any]:
    titles = words.ENTRIES[vocabulary]
    found = [
        {"code": entry, "title": titles.get(entry, entry), "exact": exact[:_KNOWN], "contains": parts}
        for entry, exact, parts in own_words.built_in(vocabulary)
    ]
    return {"code": vocabulary, "title": words.VOCABULARIES[vocabulary], "entries": found}


def meaning(row: OwnWord) -> str:
    """What a word stands for, in words."""
    return str(words.ENTRIES[row.vocabulary].get(row.entry, row.entry))
