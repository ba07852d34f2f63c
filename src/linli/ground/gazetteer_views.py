"""Lists of divisions by page: upload, see what would change, answer what is in doubt, load."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from linli.ground.access import needs
from linli.ground.actions.place_lists import answer_doubt, load_list, preview_list, stage_list
from linli.ground.doing import tried
from linli.ground.gazetteer.changes import CLASSES
from linli.ground.gazetteer.dates import as_of
from linli.ground.gazetteer.reading import read_list
from linli.ground.gazetteer.words import ANSWER_WORDS, ANSWERS_OF, CLASS_WORDS, DOUBT_WORDS
from linli.ground.mandates import places_with
from linli.ground.models import GazetteerDoubt, GazetteerList, Place
from linli.ground.place_forms import ListForm
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

RIGHT = "users.manage"
MOST_MB = 20
SECONDS = 6.0
"""So long one request loads; then the page says how far it is and goes on."""
MOST_SHOWN = 200


def whole(request: Any) -> bool:
    """Whether the user answers for every neighbourhood that runs here: the tree above them belongs to none alone."""
    roots = places_with(request.mandates, RIGHT)
    running = Place.objects.filter(kind__code="neighbourhood", until__isnull=True)
    return all(any(root.contains(one) for root in roots) for one in running)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def lists(request: Any) -> HttpResponse:
    """The lists loaded so far, and a place for the next."""
    form = ListForm(request.POST or None, request.FILES or None)
    wrong, allowed = "", whole(request)
    if request.method == "POST" and allowed and form.is_valid():
        try:
            return redirect("ground:gazetteer_list", _staged(request, form).pk)
        except Refusal as refusal:
            wrong = refusal_text(refusal)
    context = {
        "form": form,
        "wrong": wrong,
        "allowed": allowed,
        "limit": MOST_MB,
        "lists": GazetteerList.objects.defer("content").order_by("-as_of", "-pk"),
        "open": GazetteerDoubt.objects.filter(answer="").count(),
    }
    return render(request, "ground/places/lists.html", context, status=400 if wrong or form.errors else 200)


def _staged(request: Any, form: ListForm) -> GazetteerList:
    file = form.cleaned_data["file"]
    if file.size > MOST_MB * 2**20:
        raise Refusal("gazetteer.too_large", "The list is larger than %(most)s MB.", most=MOST_MB)
    content = file.read()
    reading = read_list(content, file.name)
    day = as_of(f"{file.name} {reading.year_hint}", said=form.cleaned_data["as_of"])
    return stage_list(by=request.user, name=file.name, content=content, day=day)


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def one(request: Any, pk: int) -> HttpResponse:
    """One list: what it would change, or what it changed; its doubts."""
    row = get_object_or_404(GazetteerList, pk=pk)
    if request.method == "POST" and whole(request):
        return _load(request, row)
    found = None
    if row.content is not None:
        found = preview_list(read_list(bytes(row.content), row.name), day=row.as_of)
    counts = found.counts if found is not None else row.counts
    context = {
        "row": row,
        "allowed": whole(request),
        "waiting": row.content is not None,
        "counts": [
            (CLASS_WORDS[kind], counts.get(kind, 0)) for kind in (*CLASSES, "ended", "held") if counts.get(kind)
        ],
        "rows": counts.get("rows", 0),
        "changes": [
            {"word": CLASS_WORDS[c.kind], "change": c} for c in (found.changes if found else []) if c.kind != "added"
        ][:MOST_SHOWN],
        "bad": found.bad[:MOST_SHOWN] if found else [],
        "coming": [{"word": DOUBT_WORDS[d.kind], "doubt": d} for d in (found.doubts if found else [])][:MOST_SHOWN],
        "doubts": [
            {
                "row": d,
                "word": DOUBT_WORDS[d.kind],
                "answers": [(answer, ANSWER_WORDS[answer]) for answer in ANSWERS_OF[d.kind]],
                "said": ANSWER_WORDS.get(d.answer, ""),
            }
            for d in row.doubts.order_by("answer", "pk")[:MOST_SHOWN]
        ],
    }
    return render(request, "ground/places/list.html", context)


def _load(request: Any, row: GazetteerList) -> HttpResponse:
    if row.content is None:
        return redirect("ground:gazetteer_list", row.pk)
    try:
        reading = read_list(bytes(row.content), row.name)
        done = load_list(by=request.user, row=row, reading=reading, seconds=SECONDS)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    else:
        if done is None:
            messages.info(request, _("A part is loaded. Go on, or come back later: nothing is lost."))
        else:
            messages.success(request, _("The list is loaded."))
    return redirect("ground:gazetteer_list", row.pk)


@require_POST
@needs(RIGHT)
def answer(request: Any, pk: int) -> HttpResponse:
    """Decide one doubt."""
    doubt = get_object_or_404(GazetteerDoubt.objects.select_related("list").defer("list__content"), pk=pk)
    if whole(request):
        tried(request, None, answer_doubt, by=request.user, doubt=doubt, answer=request.POST.get("answer", ""))
    return redirect("ground:gazetteer_list", doubt.list_id)
