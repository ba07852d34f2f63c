"""The recovery sheet: the master key on paper, printed once.

When it was printed is kept in ``$LINLI_KEYS/recovery-sheet.json`` (times and the key's number, never the key) and in the journal.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import timezone, translation

from linli.kernel.refusal import Refusal
from linli.site.backup_recovery import to_groups
from linli.site.backup_stream import key_id
from linli.vault import keyring
from linli.vault.keyring import keys_folder, write_private

PRINTED_FILE = "recovery-sheet.json"


def printed() -> list[str]:
    """When the sheet of the present master key was printed (ISO), oldest first."""
    try:
        state = json.loads((keys_folder() / PRINTED_FILE).read_bytes())
    except (FileNotFoundError, ValueError):
        return []
    return list(state["printed"]) if state.get("key_id") == key_id(keyring().master()) else []


def make_sheet(kind: str, *, now: dt.datetime, again: bool, place: str) -> str:
    """The sheet as ``html`` or ``txt`` in the active language; remembers that it was made.

    ``place`` is a line that says which installation it belongs to. Raises :class:`Refusal` ``recovery.printed`` when it was
    made before and ``again`` is not set.
    """
    before = printed()
    if before and not again:
        at = timezone.localtime(dt.datetime.fromisoformat(before[-1]))
        raise Refusal(
            "recovery.printed",
            "The recovery sheet was printed on %(at)s. Find it, or print another one with --again (this is journaled).",
            at=f"{at:%Y-%m-%d %H:%M}",
        )
    context = sheet_context(keyring().master(), now=now, place=place, count=len(before) + 1)
    language = translation.get_language() or "zh-hans"
    if kind == "html":
        found = finders.find("site/recovery.css")
        context["css"] = Path(str(found)).read_text() if found else ""
        text = render_to_string("site/recovery_sheet.html", {**context, "english": language.startswith("en")})
    else:
        text = render_to_string("site/recovery_sheet.txt", context)
    state = {"key_id": context["key_id"], "printed": [*before, now.isoformat(timespec="seconds")]}
    write_private(keys_folder() / PRINTED_FILE, json.dumps(state).encode())
    return text


def sheet_context(master: bytes, *, now: dt.datetime, place: str, count: int) -> dict[str, Any]:
    """What the sheet says: numbered groups, the key's number, when and where it was made, the how-manieth print."""
    groups = list(enumerate(to_groups(master), start=1))
    return {
        "groups": groups,
        "rows": [groups[:7], groups[7:]],
        "key_id": key_id(master),
        "made": timezone.localtime(now),
        "place": place,
        "count": count,
    }
