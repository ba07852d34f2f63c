"""``/bodies/``: the bodies of a subdistrict as a tree and a list, and one body with its people and its history."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from linli.accounts.models import User
from linli.ground import bodies as reading
from linli.ground.access import needs
from linli.ground.actions import bodies as act
from linli.ground.actions.members import add_member, end_member
from linli.ground.bodies_alike import pairs
from linli.ground.bodies_forms import ChangeForm, EndForm, KindForm, MemberForm, NewBodyForm, ReachForm
from linli.ground.bodies_source import places_in
from linli.ground.bodies_table import Bodies, Row, chosen
from linli.ground.mandates import active, under
from linli.ground.models import Body, BodyKind, BodyPair, Mandate
from linli.ground.setup_forms import show_refusal
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal

SMALL = 40


@needs("bodies.read")
@require_GET
def index(request: Any) -> HttpResponse:
    """Every body of the place: totals by kind that add up, the tree, search, a list to export and print."""
    everything = reading.visible(reading.roots(request, "bodies.read"))
    inside = reading.contacts(b.pk for b in everything)
    left = chosen(everything, request.GET, inside)
    rows = Bodies(request, [Row(b, inside.get(b.pk)) for b in left])
    units, teams = reading.totals(everything)
    filtered = any(request.GET.get(key) for key in ("q", "kind", "under"))
    as_list = filtered or request.GET.get("show") == "list" or "sort" in request.GET
    context = {
        "table": rows,
        "as_list": as_list,
        "units": units,
        "teams": teams,
        "count": sum(t.count for t in units),
        "groups": [] if as_list else _groups(reading.forest(everything)),
        "alike": _alike(everything),
        "filtered": filtered,
    }
    return rows.download() or render(request, "ground/bodies/index.html", context)


def _groups(tops: list[reading.Node]) -> list[dict[str, Any]]:
    """The bodies at the top by kind, with how many stand there and below. A small tree is open, a large one is not."""
    found: dict[int, dict[str, Any]] = {}
    small = sum(1 + node.size for node in tops) <= SMALL
    for node in tops:
        group = found.setdefault(node.body.kind_id, {"kind": node.body.kind, "nodes": [], "below": 0, "open": small})
        group["nodes"].append(node)
        group["below"] += node.size
    return list(found.values())


def _alike(bodies: list[Body]) -> list[tuple[Body, Body]]:
    """Pairs of one kind whose names are alike and of which nobody said that they are two (X02)."""
    table = {b.pk: b for b in bodies}
    apart = [frozenset(pair) for pair in BodyPair.objects.filter(one__in=list(table)).values_list("one", "other")]
    kinds: dict[int, list[tuple[int, str]]] = {}
    for body in bodies:
        kinds.setdefault(body.kind_id, []).append((body.pk, body.name))
    return [(table[a], table[b]) for names in kinds.values() for a, b in pairs(names, apart=apart)]


@needs("bodies.write")
@require_http_methods(["GET", "POST"])
def add(request: Any) -> HttpResponse:
    """A new body."""
    roots = reading.roots(request, "bodies.write")
    first = {"parent": request.GET.get("under", ""), "place": reading.widest(roots).pk}
    form = NewBodyForm(places_in(roots), reading.visible(roots), request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            body = act.add_body(by=request.user, facts=_facts(form), phone=data["phone"])
            if data["contact"]:
                add_member(by=request.user, body=body, capacity="contact", name=data["contact"])
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("%(name)s is in the books.") % {"name": body.name})
            return redirect("ground:body", pk=body.pk)
    return render(request, "ground/bodies/add.html", {"form": form})


def _facts(form: Any) -> act.BodyFacts:
    data = form.cleaned_data
    parent = form.bodies[data["parent"]] if data["parent"] else None
    return act.BodyFacts(data["name"], form.kinds[data["kind"]], form.places[data["place"]], parent)


def _own(request: Any, pk: int, right: str) -> Body:
    body = reading.find(reading.roots(request, right), pk)
    if body is None:
        raise Http404("no such body here")
    return body


@needs("bodies.read")
@require_GET
def body(request: Any, pk: int) -> HttpResponse:
    """One body: how it is reached, who is in it, what is below it, what it was before."""
    return _page(request, _own(request, pk, "bodies.read"))


def _page(request: Any, one: Body, **forms: Any) -> HttpResponse:
    roots = reading.roots(request, "bodies.read")
    inside = reading.members([one.pk]).get(one.pk, [])
    context: dict[str, Any] = {
        "body": one,
        "ended": one.until is not None and one not in reading.visible(roots),
        "members": inside,
        "children": [b for b in reading.visible(roots) if b.parent_id == one.pk],
        "versions": list(one.versions.select_related("kind", "parent", "place").order_by("-since")),
        "sent": list(active(Mandate.objects.filter(body=one, place__isnull=False)).select_related("place")),
        "past": Mandate.objects.filter(of_body=one, person__isnull=True, until__isnull=False).order_by("-until")[:20],
    }
    if "bodies.write" in request.rights:
        context |= {
            "change": ChangeForm(
                places_in(roots),
                reading.visible(roots),
                initial={"name": one.name, "kind": one.kind_id, "parent": one.parent_id, "place": one.place_id},
            ),
            "reach": ReachForm(initial={"phone": one.phone, "code": one.code}),
            "end": EndForm(),
            "member": MemberForm(_accounts(request)),
        }
    return render(request, "ground/bodies/body.html", context | forms)


def _accounts(request: Any) -> list[User]:
    """Accounts that work where the writer of bodies does, or that speak for a body there."""
    roots = reading.roots(request, "bodies.write")
    works = active(Mandate.objects.filter(under(roots, "place__path") | under(roots, "of_body__place__path")))
    known = Q(pk__in=works.values("user")) | Q(home__in=[p.pk for p in places_in(roots)])
    return list(User.objects.filter(known, is_active=True).order_by("display_name"))


@needs("bodies.write")
@require_POST
def do(request: Any, pk: int, verb: str) -> HttpResponse:
    """The acts upon one body: change, reach, end, reopen, remove, member."""
    one = _own(request, pk, "bodies.write")
    verbs = {"change": _change, "reach": _reach, "end": _end, "reopen": _reopen, "remove": _remove, "member": _member}
    if verb not in verbs:
        raise Http404("no such act")
    try:
        answer = verbs[verb](request, one)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
        return redirect("ground:body", pk=pk)
    return answer if answer is not None else redirect("ground:body", pk=pk)


def _change(request: Any, one: Body) -> HttpResponse | None:
    roots = reading.roots(request, "bodies.write")
    form = ChangeForm(places_in(roots), reading.visible(roots), request.POST)
    if not form.is_valid():
        return _page(request, one, change=form)
    try:
        act.change_body(by=request.user, body=one, to=_facts(form), since=form.cleaned_data["since"])
    except Refusal as refusal:
        show_refusal(form, refusal)
        return _page(request, one, change=form)
    messages.success(request, _("Changed. What it was before stays in the history."))
    return None


def _reach(request: Any, one: Body) -> HttpResponse | None:
    form = ReachForm(request.POST)
    if not form.is_valid():
        return _page(request, one, reach=form)
    act.correct_body(by=request.user, body=one, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return None


def _end(request: Any, one: Body) -> HttpResponse | None:
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, one, end=form)
    act.end_body(by=request.user, body=one, on=form.cleaned_data["on"])
    messages.success(request, _("It has ended and stays in the books."))
    return None


def _reopen(request: Any, one: Body) -> None:
    act.reopen_body(by=request.user, body=one)
    messages.success(request, _("It is there again."))


def _remove(request: Any, one: Body) -> HttpResponse:
    act.remove_body(by=request.user, body=one)
    messages.success(request, _("Removed."))
    return redirect("ground:bodies")


def _member(request: Any, one: Body) -> HttpResponse | None:
    accounts = _accounts(request)
    form = MemberForm(accounts, request.POST)
    if not form.is_valid():
        return _page(request, one, member=form)
    data = form.cleaned_data
    user = next((u for u in accounts if u.pk == data["user"]), None)
    add_member(by=request.user, body=one, capacity=data["capacity"], user=user, name=data["name"], title=data["title"])
    messages.success(request, _("Added."))
    return None


@needs("bodies.write")
@require_POST
def member_end(request: Any, pk: int) -> HttpResponse:
    """End somebody's place in a body."""
    mandate = Mandate.objects.filter(pk=pk, of_body__isnull=False).select_related("of_body__place").first()
    if mandate is None or mandate.of_body_id is None:
        raise Http404("no such place in a body")
    one = _own(request, mandate.of_body_id, "bodies.write")
    end_member(by=request.user, mandate=mandate)
    messages.success(request, _("Ended today."))
    return redirect("ground:body", pk=one.pk)


@needs("bodies.write")
@require_POST
def apart(request: Any, pk: int, other: int) -> HttpResponse:
    """Say that two bodies with names alike are two."""
    act.tell_apart(by=request.user, one=_own(request, pk, "bodies.write"), other=_own(request, other, "bodies.write"))
    messages.success(request, _("Noted: they are two."))
    return redirect("ground:bodies")


@needs("bodies.write")
@require_http_methods(["GET", "POST"])
def kinds(request: Any) -> HttpResponse:
    """The kinds of bodies, and a further one."""
    form = KindForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act.add_kind(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, _("Added."))
            return redirect("ground:body_kinds")
    return render(request, "ground/bodies/kinds.html", {"form": form, "kinds": BodyKind.objects.all()})
