"""The one JSON object of ``import-volunteers --json``: keys and words as in the truth file, a person named by sheet and row.

Telephones are masked unless ``show_numbers``; roles (a party tick is one) are left out unless ``show_roles``: with the party's words
gone, whoever has no other role would still be known by it.
"""

from __future__ import annotations

import re
from typing import Any

from linli.duties.volunteers.reading import PARTY, Someone, VolunteerList
from linli.duties.volunteers.week import as_words
from linli.kernel.phones import masked

CODES = ("no_standing", "day_only", "exempt", "leader")
_LONG = re.compile(r"\d{7,}")


def as_json(found: VolunteerList, *, show_numbers: bool = False, show_roles: bool = False) -> dict[str, Any]:
    """rows (volunteers), unit (a lent staff), together, apart, each code, problems, totals. A person in a pair is ``[sheet, row]``."""
    volunteers = [one for one in found.people if not one.unit]
    staff = [one for one in found.people if one.unit]
    size = found.title.group_size
    totals: dict[str, Any] = {
        "volunteers": len(volunteers),
        "unit_staff": len(staff),
        "groups": len(staff) // size if size and staff else None,
        "group_size": size,
        "problems": len(found.problems),
    }
    if show_roles:
        totals["party_members"] = sum(one.party for one in volunteers)
    return {
        "rows": [_row(one, show_numbers=show_numbers, show_roles=show_roles) for one in volunteers],
        "unit": [{"sheet": one.sheet, "row": one.row, "name": one.name, "sex": one.sex} for one in staff],
        "together": [[_who(found.people[at]) for at in pair] for pair in found.together],
        "apart": [[_who(found.people[at]) for at in pair] for pair in found.apart],
        **{code: [_who(found.people[at]) for at in found.marked(code)] for code in CODES},
        "home": found.title.home or None,
        "host": found.title.host or None,
        "since": found.title.since.isoformat() if found.title.since else None,
        "problems": [
            {
                "sheet": one.sheet,
                "row": one.row,
                "cell": one.cell,
                "kind": one.kind,
                "raw": said(one.raw, show_numbers=show_numbers, show_roles=show_roles),
                "proposal": one.proposal or None,
            }
            for one in found.problems
        ],
        "totals": totals,
    }


def _who(one: Someone) -> list[Any]:
    return [one.sheet, one.row]


def _row(one: Someone, *, show_numbers: bool, show_roles: bool) -> dict[str, Any]:
    numbers = [number if show_numbers else masked(number) for number in one.phones]
    return {
        "sheet": one.sheet,
        "row": one.row,
        "name": one.name,
        "sex": one.sex,
        "roles": list(one.roles) if show_roles else None,
        "phone": None if not numbers else numbers[0] if len(numbers) == 1 else numbers,
        "said": said(one.said or "", show_numbers=show_numbers, show_roles=show_roles) or None,
        "free": as_words(one.slots) if one.slots is not None else None,
    }


def said(words: str, *, show_numbers: bool, show_roles: bool) -> str:
    """Words of the list for reading: long numbers masked, party words taken out, unless they may be shown."""
    if not show_numbers:
        words = _LONG.sub(lambda number: masked(number.group()), words)
    if not show_roles:
        for word in PARTY:
            words = words.replace(word, "…")
    return words
