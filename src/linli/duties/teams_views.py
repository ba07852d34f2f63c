"""``/volunteers/teams/``: which buildings have their team, and what is missing where, in words (R03, C04)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from linli.duties.actions.teams import leave_seat, offered, seat, start_teams
from linli.duties.models import Membership, Seat, TeamRole, Volunteer
from linli.duties.teams import Manned, lack_words, load, role_title, rules_of, wanting
from linli.duties.typed import id_of
from linli.ground.access import needs
from linli.ground.capacities import CAPACITIES
from linli.ground.doing import tried
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.ui.tables import Column, Table


def _where(row: Manned) -> Any:
    return format_html('<a href="{}">{}</a>', reverse("volunteers:team", args=[row.team.pk]), row.where)


class Teams(Table):
    """Teams with what each lacks."""

    title = gettext_lazy("Teams")
    sort = "where"
    per_page = 100
    columns = (
        Column("where", gettext_lazy("Where"), lambda r: r.where, sort=("where",), show=_where, head=True),
        Column("lacks", gettext_lazy("Missing"), lambda r: "；".join(r.lacks) or _("filled"), sort=("lacks",)),
    )


@require_GET
@needs("duties.read")
def index(request: Any) -> HttpResponse:
    """Buildings whose team is not as its rule wants it come first."""
    rules = rules_of(request.neighbourhood)
    code = request.GET.get("rule", "") or (rules[0].code if rules else "")
    teams = load(request.neighbourhood, rule=code) if code else []
    lacking = wanting(teams)
    order = {id(one): at for at, one in enumerate([*lacking, *(one for one in teams if one.standing.filled)])}
    context = {
        "rules": rules,
        "code": code,
        "teams": sorted(teams, key=lambda one: order[id(one)]),
        "count": len(teams),
        "filled": len(teams) - len(lacking),
        "lacking": len(lacking),
        "offered": [rule for rule in offered().values() if rule["code"] not in {one.code for one in rules}],
    }
    return _download(request, teams) or render(request, "duties/teams.html", context)


def _download(request: Any, teams: list[Manned]) -> HttpResponse | None:
    return Teams(request, teams).download()


@require_POST
@needs("volunteers.import")
def start(request: Any) -> HttpResponse:
    """Start a team at every place that has none."""
    code = request.POST.get("code", "")
    try:
        count = start_teams(by=request.user, neighbourhood=request.neighbourhood, code=code)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("volunteers:teams")
    messages.success(request, ngettext("%(n)s team started.", "%(n)s teams started.", count) % {"n": count})
    return redirect(f"{reverse('volunteers:teams')}?rule={code}")


class SeatForm(forms.Form):
    """Somebody for a role: from the roster, or by name where nobody of the roster fits."""

    volunteer = forms.ChoiceField(label=gettext_lazy("From the roster"), required=False)
    name = forms.CharField(label=gettext_lazy("Or by name"), max_length=80, required=False)

    def __init__(self, role: TeamRole, people: list[Volunteer], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(str(one.pk), f"{one.name} {one.phone_masked[-4:]}".strip()) for one in people]
        self.fields["volunteer"].choices = [("", "—"), *names]  # type: ignore[attr-defined]
        if role.body_kind_id is not None:
            del self.fields["name"]


def _team(request: Any, pk: UUID) -> Manned:
    found = load(request.neighbourhood, team=pk)
    if not found:
        raise Http404("no such team")
    return found[0]


@require_GET
@needs("duties.read")
def team(request: Any, pk: UUID) -> HttpResponse:
    """One team. Of a role for members of a body only the number is shown: who is of that body is seen with the body."""
    one = _team(request, pk)
    edits = "volunteers.import" in request.rights
    listed = list(
        Volunteer.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True).order_by("sort_name", "pk")
    )
    inside = _inside(one) if edits else {}
    states = {state.role.code: state for state in one.standing.states}
    roles = [
        {
            "role": role,
            "title": role_title(role),
            "state": states[role.code],
            "lacks": lack_words(role, states[role.code]),
            "names": [(sitting.name, row) for own, sitting, row in one.seats if own.pk == role.pk] if _shown(request, role) else [],
            "hidden": role.body_kind_id is not None and not _shown(request, role),
            "form": SeatForm(role, _fitting(role, listed, inside), prefix=role.code) if edits and _seatable(request, role) else None,
            "office": role.code in CAPACITIES,
        }
        for role in one.roles
    ]  # fmt: skip
    return render(request, "duties/team.html", {"one": one, "roles": roles, "edits": edits})


def _shown(request: Any, role: TeamRole) -> bool:
    """Names of a role: who is of a body is for those who may see bodies; the others for who keeps the roster, an office for all."""
    if role.body_kind_id is not None:
        return "bodies.read" in request.rights and "volunteers.import" in request.rights
    return role.code in CAPACITIES or "volunteers.import" in request.rights


def _seatable(request: Any, role: TeamRole) -> bool:
    return role.code not in CAPACITIES and (role.body_kind_id is None or "bodies.read" in request.rights)


def _inside(one: Manned) -> dict[int, set[UUID]]:
    kinds = {role.body_kind_id for role in one.roles if role.body_kind_id}
    rows = Membership.objects.filter(body__kind__in=kinds, until__isnull=True).values_list("body__kind", "volunteer")
    found: dict[int, set[UUID]] = {}
    for kind, volunteer in rows:
        found.setdefault(kind, set()).add(volunteer)
    return found


def _fitting(role: TeamRole, listed: list[Volunteer], inside: dict[int, set[UUID]]) -> list[Volunteer]:
    if role.body_kind_id is None:
        return listed
    members = inside.get(role.body_kind_id, set())
    return [one for one in listed if one.pk in members]


@require_POST
@needs("volunteers.import")
def put(request: Any, pk: UUID, role: UUID) -> HttpResponse:
    """Put somebody on a role."""
    one = _team(request, pk)
    wanted = next((own for own in one.roles if own.pk == role), None)
    if wanted is None or not _seatable(request, wanted):
        raise Http404("no such role")
    chosen = id_of(request.POST.get(f"{wanted.code}-volunteer", ""))
    rows = Volunteer.objects.filter(neighbourhood=request.neighbourhood, until__isnull=True)
    person = rows.filter(pk=chosen).first() if chosen is not None else None
    name = request.POST.get(f"{wanted.code}-name", "")
    return _do(request, pk, lambda: seat(by=request.user, team=one.team, role=wanted, volunteer=person, name=name))


@require_POST
@needs("volunteers.import")
def leave(request: Any, pk: UUID, sitting: UUID) -> HttpResponse:
    """Somebody leaves a team."""
    row = (
        Seat.objects.filter(pk=sitting, team=pk, team__neighbourhood=request.neighbourhood)
        .select_related("team", "role")
        .first()
    )
    if row is None or not _seatable(request, row.role):
        raise Http404("nobody there")
    return _do(request, pk, lambda: leave_seat(by=request.user, seat=row))


def _do(request: Any, pk: UUID, deed: Any) -> HttpResponse:
    tried(request, _("Saved."), deed)
    return redirect("volunteers:team", pk)
