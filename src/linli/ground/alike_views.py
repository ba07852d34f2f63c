"""可能是同一人: the questions, one question side by side, what was decided, and the way back (SEEDS X02, X03)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts.models import User
from linli.ground import acts
from linli.ground.access import needs
from linli.ground.actions.merge import ask_again, join_all_sure, join_people, say_two_people, take_join_back
from linli.ground.alike import open_pairs, pair_of
from linli.ground.doing import tried
from linli.ground.holdings import written_since
from linli.ground.models import AlikeAnswer, Document, Merge, Person, Phone, Place, Residence
from linli.ground.openings import lines_of, openings
from linli.ground.people_access import person_for, reaches
from linli.ground.people_words import EVIDENCE, PRESENCE_WORDS, SEXES, VERDICTS
from linli.ground.places import short_address
from linli.ground.search import search
from linli.ground.who import everyone, last_homes
from linli.ground.words import DOCUMENTS, refusal_text
from linli.kernel.alike import Pair
from linli.kernel.refusal import Refusal
from linli.ui.words import is_chinese

PER_PAGE = 20
RIGHT = "register.write"
CHANGES = (acts.PERSON_CORRECTED, acts.MOVED, acts.CONSENT_GIVEN, acts.CONSENT_WITHDRAWN, acts.REQUEST_NOTED)
"""Entries of the journal that say what was changed about a person and cannot be handed over like a fact."""


@dataclass(frozen=True)
class Side:
    """One of two people, as the page shows him."""

    person: Person
    documents: list[str]
    phones: list[str]
    homes: list[str]
    since: Any
    sources: list[str]
    presence: Any
    sex: Any

    @property
    def home(self) -> str:
        """Where the person lives or lived last."""
        return self.homes[0] if self.homes else "—"


@dataclass(frozen=True)
class Question:
    """Two people to look at, on the list."""

    one: Person
    other: Person
    homes: tuple[str, str]
    verdict: str
    why: str


@require_GET
@needs(RIGHT)
def alike(request: Any) -> HttpResponse:
    """The list of questions over the whole register, the surest first; fourteen statements at any size."""
    pairs = open_pairs(request.neighbourhood)
    whole = reaches(request, request.neighbourhood, RIGHT)
    if not whole:
        homes = last_homes(UUID(face.id) for pair in pairs for face in (pair.one, pair.other))
        pairs = [pair for pair in pairs if all(_inside(request, homes, face.id) for face in (pair.one, pair.other))]
    page = Paginator(pairs, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "count": len(pairs),
        "sure": sum(pair.verdict == "same" for pair in pairs) if whole else 0,
        "questions": _questions(list(page)),
        "answers": AlikeAnswer.objects.filter(neighbourhood=request.neighbourhood)
        .select_related("one", "other")
        .order_by("-at")[:PER_PAGE],
        "joins": Merge.objects.filter(neighbourhood=request.neighbourhood, ended_at__isnull=True)
        .select_related("person", "into")
        .order_by("-at")[:PER_PAGE],
    }
    return render(request, "ground/people/alike.html", context)


def _inside(request: Any, homes: dict[UUID, tuple[Residence, Place | None]], person: str) -> bool:
    home = homes.get(UUID(person), (None, None))[1]
    return home is not None and reaches(request, home, RIGHT)


def _questions(pairs: list[Pair]) -> list[Question]:
    ids = [UUID(face.id) for pair in pairs for face in (pair.one, pair.other)]
    people, homes = Person.objects.in_bulk(ids), last_homes(ids)
    return [
        Question(
            people[UUID(pair.one.id)],
            people[UUID(pair.other.id)],
            (_address(homes, pair.one.id), _address(homes, pair.other.id)),
            str(VERDICTS[pair.verdict]),
            _words(pair.evidence.agrees - {"name"}),
        )
        for pair in pairs
        if UUID(pair.one.id) in people and UUID(pair.other.id) in people
    ]


def _address(homes: dict[UUID, tuple[Residence, Place | None]], person: str) -> str:
    home = homes.get(UUID(person), (None, None))[1]
    return short_address(home) if home is not None else ""


@require_POST
@needs(RIGHT)
def join_sure(request: Any) -> HttpResponse:
    """Join every pair of one number and one name, after a look at the list."""
    if not reaches(request, request.neighbourhood, RIGHT):
        raise Http404("not in your area")
    count = join_all_sure(by=request.user, pairs=open_pairs(request.neighbourhood))
    messages.success(request, _("%(count)s pairs are joined. Each can be taken back.") % {"count": count})
    return redirect("ground:alike")


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def alike_pair(request: Any, one: UUID, other: UUID) -> HttpResponse:
    """Two people side by side: which fields agree, which differ; one person or two."""
    first, second = person_for(request, one, RIGHT), person_for(request, other, RIGHT)
    if first.pk == second.pk or first.merged_into_id or second.merged_into_id:
        return redirect("ground:person_data", first.pk)
    if request.method == "POST":
        try:
            _decide(request, first, second)
        except Refusal as refusal:
            messages.error(request, refusal_text(refusal))
        else:
            return redirect("ground:alike")
    pair = pair_of(request.neighbourhood, first, second)
    agrees, differs = pair.evidence.agrees, pair.evidence.differs
    context = {
        "one": _side(first),
        "other": _side(second),
        "verdict": VERDICTS[pair.verdict],
        "agrees": _words(agrees),
        "differs": _words(differs),
        "rows": _rows(agrees, differs),
        "against": bool(differs & {"document", "document_unsure", "born"}),
        "note": request.POST.get("note", ""),
    }
    return render(request, "ground/people/pair.html", context, status=422 if request.method == "POST" else 200)


def _words(codes: Collection[str]) -> str:
    """Evidence as a list in words."""
    return ("、" if is_chinese() else ", ").join(str(word) for code, word in EVIDENCE.items() if code in codes)


def _rows(agrees: frozenset[str], differs: frozenset[str]) -> dict[str, str]:
    """Line of the page → agree, differ or nothing."""
    lines = {
        "name": ("name",),
        "sound": ("name", "sound"),
        "sex": ("sex",),
        "born": ("born", "about"),
        "documents": ("document", "document_unsure"),
        "phones": ("phone",),
        "homes": ("door", "near"),
    }
    return {
        line: "agree" if agrees & set(codes) else "differ" if differs & set(codes) else ""
        for line, codes in lines.items()
    }


def _side(person: Person) -> Side:
    ids = everyone(person)
    rows = list(
        Residence.objects.filter(person_id__in=ids)
        .select_related("household__dwelling__parent__parent__parent")
        .order_by("-since")
    )
    homes = [short_address(row.household.dwelling) for row in rows if row.household is not None]
    return Side(
        person,
        [f"{DOCUMENTS[d.kind]} {d.masked}" for d in Document.objects.filter(person_id__in=ids).order_by("since")],
        [f"{p.masked} {p.note}".strip() for p in Phone.objects.filter(person_id__in=ids).order_by("since")],
        list(dict.fromkeys(homes)),
        rows[-1].since if rows else None,
        sorted({_("imported file") if row.source.startswith("import") else _("the office") for row in rows}),
        PRESENCE_WORDS[rows[0].presence] if rows else "",
        SEXES.get(person.sex, ""),
    )


def _decide(request: Any, first: Person, second: Person) -> None:
    verb, note = request.POST.get("verb", ""), request.POST.get("note", "")
    if verb == "two":
        say_two_people(by=request.user, one=first, other=second, note=note)
        messages.success(request, _("They stay two people and are not asked about again."))
    elif verb in ("keep_one", "keep_other"):
        kept, other = (first, second) if verb == "keep_one" else (second, first)
        join_people(by=request.user, kept=kept, other=other, note=note)
        messages.success(request, _("They are one person from now on. Nothing was moved; it can be taken back."))
    else:
        raise Http404("no such answer")


@require_POST
@needs(RIGHT)
def again(request: Any, pk: UUID) -> HttpResponse:
    """Ask again about two who were said to be two."""
    row: AlikeAnswer = get_object_or_404(AlikeAnswer, pk=pk)
    person_for(request, row.one_id, RIGHT)
    ask_again(by=request.user, answer=row)
    return redirect("ground:alike")


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def join(request: Any, pk: UUID) -> HttpResponse:
    """One join: who, when, on what evidence; taking it back, with the facts written since for a person to assign."""
    merge: Merge = get_object_or_404(Merge.objects.select_related("person", "into"), pk=pk)
    person_for(request, merge.into_id, RIGHT)
    if request.method == "POST":
        belongs = {
            name.removeprefix("fact:"): value
            for name, value in request.POST.items()
            if name.startswith("fact:") and value in ("kept", "other")
        }
        tried(
            request,
            _("They are two people again."),
            take_join_back,
            by=request.user,
            merge=merge,
            belongs=belongs,
            note=request.POST.get("note", ""),
        )
        return redirect("ground:join", merge.pk)
    ids = [merge.into_id, merge.person_id]
    since = openings(merge.into).filter(subject_kind="person", heard_at__gte=merge.at, act__in=CHANGES)
    context = {
        "merge": merge,
        "by": User.objects.filter(pk__in=[merge.by_user or 0]).values_list("display_name", flat=True).first(),
        "ended_by": User.objects.filter(pk__in=[merge.ended_by or 0]).values_list("display_name", flat=True).first(),
        "agrees": _words(merge.evidence.get("agrees", [])),
        "differs": _words(merge.evidence.get("differs", [])),
        "since": [] if merge.ended_at else written_since(ids, merge.at, request.rights),
        "changes": [] if merge.ended_at else lines_of(list(since[:50])),
    }
    return render(request, "ground/people/join.html", context)


@require_GET
@needs(RIGHT)
def join_with(request: Any, pk: UUID) -> HttpResponse:
    """Look for the other entry of a person, by anything that the search knows."""
    person = person_for(request, pk, RIGHT)
    text = request.GET.get("q", "")
    inside = [mandate.place for mandate in request.mandates if mandate.place is not None]
    hits = [
        hit for hit in search(request.neighbourhood, text, inside=inside) if hit.person and hit.person.pk != person.pk
    ]
    return render(request, "ground/people/join_with.html", {"person": person, "hits": hits, "q": text})
