"""Saved mappings: save what the columns of a file mean, read a file without it, the list of what is saved."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from linli.accounts.models import User
from linli.ground.access import forbidden, needs
from linli.ground.doing import tried
from linli.ground.words import refusal_text
from linli.kernel.refusal import Refusal
from linli.register import queries
from linli.register.actions.mappings import rename_mapping, retire_mapping, save_mapping, use_mapping
from linli.register.models import Mapping, MappingUse, MappingVersion
from linli.register.views import own

SHARE = "users.manage"
"""The right that changes what every neighbourhood of the installation uses."""


def _visible(request: Any) -> Any:
    place = Q(neighbourhood=request.neighbourhood) | Q(neighbourhood__isnull=True)
    return Mapping.objects.filter(place)


@require_GET
@needs("register.import")
def mappings(request: Any) -> HttpResponse:
    """What is saved: who, when, which version, used in which imports."""
    versions = MappingVersion.objects.order_by("-number")
    rows = list(
        _visible(request)
        .annotate(latest=Count("versions"))
        .prefetch_related(Prefetch("versions", queryset=versions))
        .order_by("retired_at", "name")
    )
    uses: dict[UUID, list[MappingUse]] = {}
    found = MappingUse.objects.filter(version__mapping__in=rows, dropped=False)
    for use in found.select_related("version", "run__upload").order_by("-at")[:200]:
        uses.setdefault(use.version.mapping_id, []).append(use)
    people = {version.by_user for row in rows for version in row.versions.all()}
    names = dict(User.objects.filter(pk__in=[pk for pk in people if pk]).values_list("pk", "display_name"))
    entries = [
        {
            "mapping": row,
            "versions": [{"row": version, "by": names.get(version.by_user or 0, "")} for version in row.versions.all()],
            "uses": [
                {"run": use.run_id, "version": use.version.number, "at": use.at, "name": queries.file_name(use.run)}
                for use in uses.get(row.pk, [])[:10]
            ],
            "may_change": row.neighbourhood_id is not None or SHARE in request.rights,
        }
        for row in rows
    ]
    return render(request, "register/mappings.html", {"entries": entries})


@require_POST
@needs("register.import")
def save(request: Any, pk: UUID) -> HttpResponse:
    """Save the columns of a file for the next one."""
    run, shared = own(request, pk), request.POST.get("shared") == "yes"
    if shared and SHARE not in request.rights:
        return forbidden(request, SHARE)
    try:
        version = save_mapping(by=request.user, run=run, name=request.POST.get("name", ""), shared=shared)
        messages.success(
            request,
            _("Saved as “%(name)s”, version %(number)s. The next file with these headings is read with it.")
            % {"name": version.mapping.name, "number": version.number},
        )
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("register:columns", pk)


@require_POST
@needs("register.import")
def use(request: Any, pk: UUID) -> HttpResponse:
    """Read the file without its saved mapping, or with it after all."""
    tried(request, None, use_mapping, by=request.user, run=own(request, pk), use=request.POST.get("use") == "yes")
    return redirect("register:run", pk)


@require_POST
@needs("register.import")
def change(request: Any, pk: UUID) -> HttpResponse:
    """Rename or retire a saved mapping."""
    mapping = get_object_or_404(_visible(request), pk=pk, retired_at__isnull=True)
    if mapping.neighbourhood_id is None and SHARE not in request.rights:
        return forbidden(request, SHARE)
    here = request.neighbourhood.pk
    try:
        if request.POST.get("verb") == "retire":
            retire_mapping(by=request.user, mapping=mapping, neighbourhood=here)
            messages.success(request, _("It is used no more. Imports that were read with it keep it."))
        else:
            name = request.POST.get("name", "")
            rename_mapping(by=request.user, mapping=mapping, name=name, neighbourhood=here)
    except Refusal as refusal:
        messages.error(request, refusal_text(refusal))
    return redirect("register:mappings")
