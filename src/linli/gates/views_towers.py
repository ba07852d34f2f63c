"""Office towers (G12): a building of firms whose gates work with the same app; its staff by a list, their permits and cards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from linli.gates import cards_printing
from linli.gates.actions import towers as act
from linli.gates.cards_actions import DEFAULT_DAYS
from linli.gates.cards_forms import NAMES
from linli.gates.cards_queries import GOOD, IN_STOCK, Line, State
from linli.gates.cards_saying import move_and_say
from linli.gates.cards_staff import staff_lines, towers_of
from linli.gates.cards_words import WORDS, state_signal
from linli.ground.access import needs
from linli.ground.actions.staff import staff_of
from linli.ground.mandates import rights_at
from linli.ground.models import Place
from linli.ground.setup_forms import show_refusal
from linli.kernel.refusal import Refusal
from linli.ui.tables import Column, Table
from linli.ui.words import number


class TowerForm(forms.Form):
    """A tower and its gates."""

    name = forms.CharField(label=gettext_lazy("Name of the tower"), max_length=60)
    gates = forms.CharField(
        label=gettext_lazy("Its gates"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One a line, for example: main hall."),
    )


class StaffForm(forms.Form):
    """A list of staff, as a file or pasted."""

    file = forms.FileField(label=gettext_lazy("List as a file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("Or paste it"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Two columns with headings: name and firm. Nothing else is kept."),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("file") and not (said.get("text") or "").strip():
            self.add_error("text", gettext_lazy("Please choose a file or paste the list."))
        return said

    def content(self) -> tuple[bytes, str]:
        """The bytes and the name of the list."""
        file = self.cleaned_data["file"]
        return (file.read(), file.name) if file else (self.cleaned_data["text"].encode(), "")


class IssueForm(forms.Form):
    """Permits for the staff of a tower."""

    until = forms.DateField(
        label=gettext_lazy("Permits hold through"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    names = forms.ChoiceField(label=gettext_lazy("Name on the card"), choices=NAMES, initial="masked")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=DEFAULT_DAYS)


class Staff(Table):
    """Who works in a tower, and where each card is."""

    title = gettext_lazy("Staff")
    empty = gettext_lazy("Nobody is listed yet")
    per_page = 100
    columns = (
        Column("name", gettext_lazy("Name"), lambda line: line.masked, head=True),
        Column("firm", gettext_lazy("Firm"), lambda line: line.room, sort=("x",)),
        Column("number", gettext_lazy("Permit no."), lambda line: line.shown_number, nowrap=True),
        Column(
            "state",
            gettext_lazy("Card"),
            lambda line: str(WORDS[line.state]),
            show=lambda line: _card(line),
            sort=("x",),
        ),
    )


def _card(line: Line) -> Any:
    if line.card is None:
        return state_signal(line.state)
    return format_html('<a href="{}">{}</a>', reverse("gates:permits_card", args=[line.card]), state_signal(line.state))


@require_http_methods(["GET", "POST"])
@needs("permits.print")
def towers(request: Any) -> HttpResponse:
    """Which office towers are here, and how many of their staff have a card; a further one."""
    form = TowerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            tower = act.open_tower(
                by=request.user,
                neighbourhood=request.neighbourhood,
                name=form.cleaned_data["name"],
                gates=form.cleaned_data["gates"].splitlines(),
            )
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("The tower is there. Now hand in the list of its staff."))
            return redirect("gates:tower", tower.pk)
    counts: dict[int, list[Line]] = {}
    for line in staff_lines(request.neighbourhood, timezone.now()):
        counts.setdefault(line.building, []).append(line)
    found = [
        {"tower": one, "staff": len(rows), "have": sum(line.handed_out for line in rows),
         "firms": len({line.room for line in rows})}
        for one in towers_of(request.neighbourhood)
        for rows in [counts.get(one.pk, [])]
    ]  # fmt: skip
    return render(request, "gates/towers/index.html", {"form": form, "lines": found})


def _tower(request: Any, pk: int) -> Place:
    found = next((one for one in towers_of(request.neighbourhood) if one.pk == pk), None)
    if found is None or "permits.print" not in rights_at(request.mandates, found):
        raise Http404("no such tower here")
    return found


@require_http_methods(["GET"])
@needs("permits.print")
def tower(request: Any, pk: int) -> HttpResponse:
    """One tower: its gates, who works there, where each card is."""
    return _page(request, _tower(request, pk))


def _page(request: Any, one: Place, **bound: forms.Form) -> HttpResponse:
    lines = staff_lines(one, timezone.now())
    table = Staff(request, lines)
    context = {
        "tower": one,
        "table": table,
        "gates": Place.objects.filter(parent=one, kind__code="gate", until__isnull=True).order_by("pk"),
        "total": len(lines),
        "have": sum(line.handed_out for line in lines),
        "firms": len({line.room for line in lines}),
        "to_print": sum(line.state not in GOOD for line in lines),
        "in_stock": sum(line.state in IN_STOCK for line in lines),
        "staff": StaffForm(),
        "issue": IssueForm(),
        "leaving": [
            (m.pk, f"{m.of_body.name} · {m.person.masked_name}") for m in staff_of(one) if m.of_body and m.person
        ],
        **bound,
    }
    status = 422 if any(form.errors for form in bound.values()) else 200
    return table.download() or render(request, "gates/towers/tower.html", context, status=status)


@require_POST
@needs("permits.print")
def do(request: Any, pk: int, verb: str) -> HttpResponse:
    """The acts upon a tower: staff (a list), issue (permits and cards), hand_out, leave."""
    one = _tower(request, pk)
    verbs = {"staff": _staff, "issue": _issue, "hand_out": _hand_out, "leave": _leave}
    if verb not in verbs:
        raise Http404("no such act")
    return verbs[verb](request, one) or redirect("gates:tower", pk)


def _staff(request: Any, one: Place) -> HttpResponse | None:
    form = StaffForm(request.POST, request.FILES)
    if form.is_valid():
        data, filename = form.content()
        try:
            taken = act.take_staff(by=request.user, tower=one, data=data, filename=filename)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            _tell(request, taken)
            return None
    return _page(request, one, staff=form)


def _tell(request: Any, taken: act.Taken) -> None:
    said = ngettext("%(n)s person added", "%(n)s people added", taken.new) % {"n": number(taken.new)}
    known = ngettext("%(n)s was listed already", "%(n)s were listed already", taken.known) % {"n": number(taken.known)}
    messages.success(request, _("%(added)s; %(known)s.") % {"added": said, "known": known})
    if taken.firms:
        messages.info(request, _("New firms: %(names)s") % {"names": "、".join(taken.firms)})
    if taken.problems:
        rows = "、".join(str(row) for row in taken.problems[:20])
        messages.warning(request, _("Left out, without a name or a firm: rows %(rows)s") % {"rows": rows})


def _issue(request: Any, one: Place) -> HttpResponse | None:
    form = IssueForm(request.POST)
    if form.is_valid():
        data = {"names": form.cleaned_data["names"]}
        try:
            batch = act.issue_staff(by=request.user, tower=one, until=form.cleaned_data["until"], data=data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            cards_printing.start(batch)
            return redirect("gates:permits_batch", batch.pk)
    return _page(request, one, issue=form)


def _hand_out(request: Any, one: Place) -> None:
    rows = staff_lines(one, timezone.now())
    move_and_say(request, [line.card for line in rows if line.card and line.state in IN_STOCK], State.HANDED_OUT)


def _leave(request: Any, one: Place) -> None:
    chosen = next((m for m in staff_of(one) if str(m.pk) == request.POST.get("who")), None)
    if chosen is None:
        raise Http404("nobody here")
    act.leave(by=request.user, mandate=chosen)
    messages.success(request, _("The permit ends today; the card opens no gate any more."))
