"""The figures of a register, as the office counts them."""

from __future__ import annotations

from collections import Counter

from linli.register.interpret import words
from linli.register.interpret.matching import Union
from linli.register.interpret.model import Interpretation, RowReading

STATES = ("owner", "let", "vacant", "closed", "away", "refused", "unreached")


def count(result: Interpretation, joined: Union) -> dict[str, int]:
    """Every figure by its key. A dwelling whose state was left blank counts by who lives in it, and in ``dwellings_left_blank``."""
    people = [row for row in result.rows if row.is_person]
    doors: dict[str, list[RowReading]] = {}
    for row in result.rows:
        doors.setdefault(row.door.code(), []).append(row)
    estates = {row.door.estate for row in result.rows}
    states = Counter(state_of_dwelling(rows) for rows in doors.values())
    totals = {
        "estates": len(estates),
        "villa_estates": sum(1 for estate in estates if result.villas.get(estate)),
        "dwellings": len(doors),
        "households": sum(1 for rows in doors.values() if any(row.is_person for row in rows)),
        "person_rows": len(people),
        "empty_dwelling_rows": len(result.rows) - len(people),
        "present_rows": sum(1 for row in people if row.present),
        "residents_to_hold_permits": len({joined.find(row.key) for row in people if row.present}),
        "persons": len({joined.find(row.key) for row in people}),
        "away": sum(1 for row in people if row.absence == "away"),
        "owners_living_elsewhere": sum(1 for row in people if row.absence == "elsewhere"),
        "gone": sum(1 for row in people if row.absence == "gone"),
        "foreigners": sum(1 for row in people if words.is_foreign(row.nation)),
        **{f"dwellings_{state}": states[state] for state in STATES},
        "dwellings_left_blank": sum(1 for rows in doors.values() if not any(row.state for row in rows)),
        "questions": len(result.ask),
    }
    if result.lines:
        totals["physical_lines_csv"] = result.lines
    return totals


def state_of_dwelling(rows: list[RowReading]) -> str:
    """The state written down, else what the people in it suggest: tenants make it let."""
    written = next((row.state for row in rows if row.state), None)
    if written:
        return written
    relations = {row.rel for row in rows if row.is_person}
    return "let" if relations & {"tenant", "cotenant", "owner_absent"} else "owner"
