"""The page of one person: what is held, for what, how long; a copy; who opened it; consents (PIPL art. 15, 17, 28, 31, 44, 45)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.ground import acts
from linli.ground.access import needs
from linli.ground.actions.consents import give_consent, withdraw_consent
from linli.ground.copies import copy_lines, note_copy
from linli.ground.copy_files import copy_file
from linli.ground.doing import tried
from linli.ground.holdings import held, stays
from linli.ground.minors import is_child, without_consent
from linli.ground.models import Consent, Merge, Person, RightsRequest
from linli.ground.openings import Opening, lines_of, note_person_opened, openings
from linli.ground.people_access import home_of, person_for, reaches
from linli.ground.people_forms import ConsentForm, CopyForm
from linli.ground.people_words import PURPOSES, RELATIONS_OF_CONSENT, WAYS
from linli.ground.places import short_address
from linli.ground.who import everyone
from linli.journal.record import record
from linli.ui.tables import Column, Table
from linli.ui.words import moment

MOST = 5000


@require_GET
@needs("register.read")
def person_data(request: Any, pk: UUID) -> HttpResponse:
    """Everything that is held about a person, with its purpose, ground and end; the way to every right."""
    person = person_for(request, pk, "register.read")
    if person.merged_into_id is not None:
        return redirect("ground:person_data", person.merged_into_id)
    note_person_opened(by=request.user, person=person)
    ids, today = everyone(person), timezone.localdate()
    home = home_of(person)
    child = is_child(person, today)
    joins = Merge.objects.filter(Q(person_id__in=ids) | Q(into_id__in=ids)).select_related("person", "into")
    return render(
        request,
        "ground/people/person.html",
        {
            "person": person,
            "home": home,
            "address": short_address(home) if home is not None else "",
            "held": [(holding, facts) for holding, facts in held(ids, request.rights) if facts],
            "stays": stays(ids, timezone.now(), request.rights),
            "consents": _consents(ids),
            "child": child,
            "guarded": child and _guarded(ids),
            "consent_form": ConsentForm(child=child, initial={"given_on": today}),
            "joins": joins.order_by("-at"),
            "requests": RightsRequest.objects.filter(person_id__in=ids).order_by("-asked_on"),
            "may_write": reaches(request, home or request.neighbourhood, "register.write"),
            "may_copy": reaches(request, home or request.neighbourhood, "register.unmask"),
            "may_see_openings": "journal.read" in request.rights,
        },
    )


def _consents(ids: list[UUID]) -> list[dict[str, Any]]:
    rows = Consent.objects.filter(person_id__in=ids).order_by("withdrawn_on", "given_on")
    return [
        {"row": r, "purpose": PURPOSES[r.purpose], "way": WAYS[r.way], "relation": RELATIONS_OF_CONSENT[r.relation]}
        for r in rows
    ]


def _guarded(ids: list[UUID]) -> bool:
    """Whether a guardian has agreed that the child is on the register."""
    rows = Consent.objects.filter(person_id__in=ids, purpose=Consent.Purpose.REGISTER, withdrawn_on__isnull=True)
    return rows.exclude(relation=Consent.Relation.SELF).exists()


@require_http_methods(["GET", "POST"])
@needs("register.unmask")
def copy(request: Any, pk: UUID) -> HttpResponse:
    """Hand out a copy with whole numbers: on paper with a line to sign, as a spreadsheet, or as JSON. Journaled (PIPL art. 45)."""
    person = person_for(request, pk, "register.unmask")
    form = CopyForm(request.POST or None, initial={"to": person.name})
    if request.method == "POST" and form.is_valid():
        return _handed_out(request, person, form.cleaned_data)
    return render(request, "ground/people/copy.html", {"person": person, "form": form})


def _handed_out(request: Any, person: Person, said: dict[str, Any]) -> HttpResponse:
    ids = everyone(person)
    note_copy(by=request.user, person=person, to=said["to"], form=said["form"], checked=said["checked"])
    lines = copy_lines(ids, rights=request.rights)
    if said["form"] != "paper":
        return copy_file(person, request.neighbourhood, lines, said["form"])
    context = {"person": person, "lines": lines, "to": said["to"], "back_url": request.path}
    response = render(request, "ground/people/copy_print.html", context)
    response["Cache-Control"] = "no-store"
    return response


class Openings(Table):
    """Entries about one person, newest first; they become lines a page at a time."""

    title = gettext_lazy("Who opened the data")
    empty = gettext_lazy("Nobody has opened it since this is written down")
    columns = (
        Column(
            "when", gettext_lazy("When"), lambda r: r.happened_at, show=lambda r: moment(r.happened_at), nowrap=True
        ),
        Column("who", pgettext_lazy("journal", "Who"), lambda r: r.who, head=True),
        Column("what", gettext_lazy("Did what"), lambda r: r.what),
        Column("of", gettext_lazy("Of what"), lambda r: r.of),
        Column("reason", gettext_lazy("Reason"), lambda r: r.reason),
    )

    def lines(self, rows: Any = None) -> Any:
        """Entries to lines, then to cells."""
        shown = list(self.page if rows is None else rows)
        return super().lines(shown if shown and isinstance(shown[0], Opening) else lines_of(shown))


@require_GET
@needs("journal.read")
def opened(request: Any, pk: UUID) -> HttpResponse:
    """Who opened, unmasked, handed out, printed or changed a person's data; on paper for the person (PIPL art. 44, 45)."""
    person = person_for(request, pk, "journal.read")
    entries = openings(person)
    wanted = request.GET.get("as", "")
    if wanted in ("print", "xlsx"):
        record(
            acts.OPENINGS_SHOWN,
            by=request.user,
            subject=("person", person.pk),
            neighbourhood=request.neighbourhood.pk,
            data={"form": wanted},
        )
        table: Openings = Openings(request, lines_of(list(entries[:MOST])), sub=person.name)
    else:
        table = Openings(request, entries)
    context = {"person": person, "table": table, "count": entries.count(), "back_url": request.path}
    if wanted == "print":
        return render(request, "ground/people/opened_print.html", context)
    return table.download() or render(request, "ground/people/opened.html", context)


@require_POST
@needs("register.write")
def consent(request: Any, pk: UUID) -> HttpResponse:
    """Note a consent."""
    person = person_for(request, pk, "register.write")
    form = ConsentForm(request.POST)
    if not form.is_valid():
        messages.error(
            request, _("Please say who consented, for what and how; for a spoken consent also who heard it.")
        )
        return redirect("ground:person_data", person.pk)
    tried(
        request,
        _("The consent is noted. It can be withdrawn here at any time."),
        give_consent,
        by=request.user,
        person=person,
        given=form.given(),
    )
    return redirect("ground:person_data", person.pk)


@require_POST
@needs("register.write")
def withdraw(request: Any, pk: UUID) -> HttpResponse:
    """Note that a consent was withdrawn: one button (PIPL art. 15)."""
    row: Consent = get_object_or_404(Consent, pk=pk)
    person_for(request, row.person_id, "register.write")
    withdraw_consent(by=request.user, consent=row)
    messages.success(request, _("The consent is withdrawn from today. Nobody is refused anything for it."))
    return redirect("ground:person_data", row.person_id)


class Minors(Table):
    """Children without a guardian's consent, with who answers for the home."""

    title = gettext_lazy("Under 14 without a guardian's consent")
    empty = gettext_lazy("A guardian has agreed for every child under 14")
    columns = (
        Column(
            "name",
            gettext_lazy("Name"),
            lambda r: r.person.name,
            sort=("v",),
            show=lambda r: _link(r.person),
            head=True,
        ),
        Column("born", gettext_lazy("Born"), lambda r: r.person.born, sort=("v",), about=lambda r: r.person.born_about),
        Column("home", gettext_lazy("Home"), lambda r: short_address(r.home) if r.home else "", sort=("v",)),
        Column(
            "owner", gettext_lazy("Who answers for it"), lambda r: r.owner.holder_name if r.owner else "", sort=("v",)
        ),
    )
    sort = "home"


def _link(person: Person) -> Any:
    return format_html('<a href="{}">{}</a>', reverse("ground:person_data", args=[person.pk]), person.name)


@require_GET
@needs("register.write")
def minors(request: Any) -> HttpResponse:
    """Children under 14 for whom no guardian's consent is noted (PIPL art. 31), inside the reader's area."""
    rows = without_consent(request.neighbourhood, timezone.localdate())
    mine = [row for row in rows if reaches(request, row.home or request.neighbourhood, "register.write")]
    table = Minors(request, mine)
    return table.download() or render(request, "ground/people/minors.html", {"table": table, "count": len(mine)})
