"""The list of offices: one row a mandate, sorted, filtered by the address, exported and printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.ground.models import Mandate
from linli.ground.offices import Holder
from linli.ground.templatetags.offices import office, where
from linli.ui.tables import Column, Table
from linli.ui.templatetags.linli_ui import signal


@dataclass(frozen=True)
class Row:
    """One office of one account; ``mandate`` None for an account without an office."""

    holder: Holder
    mandate: Mandate


def state_of(holder: Holder) -> tuple[str, Any]:
    """The kind of signal and the word for how an account can sign in."""
    if not holder.user.is_active:
        return "red", _("suspended")
    if holder.waits_for_slip:
        return "amber", _("no password yet")
    if holder.factor:
        return "green", _("with second factor")
    return "", _("password only")


def show_state(holder: Holder) -> Any:
    """The state as shape and word."""
    kind, word = state_of(holder)
    return signal(kind, word) if kind else word


def _name(row: Row) -> Any:
    url = reverse("ground:office_holder", args=[row.holder.user.pk])
    return format_html('<a href="{}">{}</a>', url, row.holder.user.display_name)


class Offices(Table):
    """Accounts with an office."""

    title = _("Accounts with an office")
    empty = _("No office matches")
    per_page = 100
    columns = (
        Column("name", _("Name"), lambda r: r.holder.user.display_name, sort=("name",), show=_name, head=True),
        Column("office", _("Office"), lambda r: office(r.mandate.capacity), sort=("office",)),
        Column("where", _("Where"), lambda r: where(r.mandate.place), sort=("where",)),
        Column("since", pgettext_lazy("date", "Since"), lambda r: r.mandate.since, sort=("since",)),
        Column(
            "account",
            _("Account"),
            lambda r: str(state_of(r.holder)[1]),
            sort=("account",),
            show=lambda r: show_state(r.holder),
        ),
    )


def rows_of(holders: list[Holder], query: QueryDict) -> list[Row]:
    """The rows that the filters in the address leave: ``q`` (name, user name or place), ``office`` (capacity)."""
    words = query.get("q", "").strip().lower()
    wanted = query.get("office", "")
    found = []
    for holder in holders:
        for mandate in holder.mandates:
            text = f"{holder.user.display_name} {holder.user.username} {where(mandate.place)}".lower()
            if words in text and wanted in ("", mandate.capacity):
                found.append(Row(holder, mandate))
    return found
