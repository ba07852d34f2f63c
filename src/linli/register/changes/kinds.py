"""The kinds of changes, which fact each is about, and whether it is ticked before anybody looked (docs/decisions/0093)."""

from __future__ import annotations

from linli.register.changes.facts import Values

KINDS = (
    "building_renamed",
    "estate_renamed",
    "lane_renamed",
    "unit_renamed",
    "moved_in",
    "moved_out",
    "died",
    "moved",
    "returned",
    "went_away",
    "household_split",
    "dwelling_state",
    "number_corrected",
    "name_corrected",
    "born_corrected",
    "sex_corrected",
    "nation_corrected",
    "relation_changed",
    "phone_changed",
    "remark_changed",
    "also_listed",
    "dwelling_added",
    "household_vanished",
    "dwelling_vanished",
)
"""In the order of the page: what is about many first."""

LOOK_FIRST = frozenset({"moved_out", "died", "household_vanished", "dwelling_vanished"})
"""Never taken before a person has looked: each ends somebody's home or permit."""

RENAMES = {
    "estate": "estate_renamed",
    "side_lane": "lane_renamed",
    "building": "building_renamed",
    "unit": "unit_renamed",
}

FIELD_KINDS = {
    "name": "name_corrected",
    "sex": "sex_corrected",
    "number": "number_corrected",
    "born": "born_corrected",
    "rel": "relation_changed",
    "phones": "phone_changed",
    "nation": "nation_corrected",
    "remark": "remark_changed",
}


def kind_of_absence(was: str, to: str) -> str | None:
    """The kind of a change of whether somebody is here; None if it says nothing of its own."""
    if to in ("died", "moved"):
        return "died" if to == "died" else "moved_out"
    if to == "away":
        return "went_away"
    if to == "elsewhere":
        return "moved_out"
    return {"away": "returned", "elsewhere": "moved_in", "moved": "returned", "died": "returned"}.get(was)


def follows(field: str, changed: set[str], now: Values) -> bool:
    """Whether a changed field only comes with another: what a new identity number says (birth date, sex, whose citizen), the remark that
    says who went or came, and that an owner who lives elsewhere now is written down as the owner."""
    if field in ("born", "sex", "nation") and "number" in changed:
        return len(now.get("number") or "") == 18
    if field == "rel" and "absence" in changed:
        return now.get("absence") == "elsewhere"
    return field == "remark" and "absence" in changed
