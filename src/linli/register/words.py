"""What the pages call things: kinds of problems, levels, verdicts, fields."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.ui.squares import STATES

Words = str | Promise

LEVELS: dict[str, Words] = {
    "error": _("The value is wrong and is not stored; the person is taken without it."),
    "ask": _("Nobody can know this from the file; nothing is stored until somebody does."),
    "warn": _("There was more than one reading; the more certain one is taken."),
    "note": _("Put right, or kept as it stands; nothing is lost."),
}
COLUMN_GUESSED = _("Its cells are read so, unless you say otherwise under Columns.")
LEVEL_MARKS = {"error": "red", "ask": "amber", "warn": "info", "note": "green"}
LEVEL_NAMES: dict[str, Words] = {
    "error": _("wrong"),
    "ask": _("doubtful"),
    "warn": _("chosen"),
    "note": _("noted"),
}

KINDS: dict[str, Words] = {
    "address_became_date": _("A house number that the spreadsheet turned into a date"),
    "address_unclear": _("Address that could not be read"),
    "born_contradicts_id": _("Birth date other than in the identity number"),
    "born_impossible": _("A birth date that no calendar has"),
    "born_lunar": _("Birth date of the lunar calendar; please ask for the other one"),
    "born_unclear": _("Birth date whose day and month may be the other way round"),
    "born_two_digit_year": _("Birth year with two digits"),
    "cell_comment": _("Notes on cells, kept with the person"),
    "character_lost_before_us": _("A name with a lost character"),
    "column_guessed": _("Column known by its content only"),
    "column_never_imported": _("Column that is never imported (party, religion)"),
    "document_unclear": _("Document number that could not be read"),
    "export_already_there": _("Somebody who is on the register already"),
    "export_id_other": _("Ids that do not belong to this row"),
    "export_id_twice": _("One id in two rows"),
    "export_id_unknown": _("An id that the register does not have"),
    "export_mask_altered": _("A masked number that was changed; the number stays"),
    "export_name_other": _("Another name in the row of a known person: a correction, or somebody else?"),
    "export_no_list": _("Rows that were deleted in the file cannot be told: its hidden list is gone"),
    "export_number_emptied": _("An emptied document number; take it away on the person's page"),
    "export_presence_unknown": _("A word for where the person is that is not in the list"),
    "export_row_unclear": _("A new row without a name or a door"),
    "export_shown_only": _("A cell that is for reading only; what was typed is not taken"),
    "export_state_disagrees": _("Two states for one home"),
    "filter_hides_rows": _("Rows hidden by a filter; they count like any other"),
    "formula_cells": _("Formulas; their stored value is taken"),
    "formula_error": _("Formula that ended in an error"),
    "hidden_column": _("Hidden column, not imported"),
    "hidden_sheet": _("Hidden sheet, not imported"),
    "id_15_digits": _("Old identity number of 15 digits, brought to 18"),
    "id_17_digits": _("Identity number with a digit missing"),
    "id_abolished_area": _("Identity number of an area that no longer exists; it stays valid"),
    "id_apostrophe": _("Identity number with an apostrophe"),
    "id_bad_check": _("Identity number with a wrong check digit"),
    "id_bad_length": _("Identity number of the wrong length"),
    "id_float_lost": _("Identity number whose last digits the spreadsheet has lost"),
    "id_float_lost_lucky": _("A lost identity number that looks right by chance"),
    "id_fullwidth": _("Identity number in wide digits"),
    "id_fullwidth_x": _("Identity number with a wide X"),
    "id_impossible_date": _("Identity number with an impossible date inside"),
    "id_inner_space": _("Identity number with blanks inside"),
    "id_letter_in_number": _("A letter in an identity number"),
    "id_lower_x": _("Identity number with a small x"),
    "id_missing": _("No document number"),
    "id_number_cell": _("Passport number stored as a number"),
    "id_placeholder": _("Word in place of a document number"),
    "id_trailing_space": _("Identity number with a blank behind it"),
    "id_unknown_area": _("Identity number of an unknown area"),
    "line_break_and_quotes_in_cell": _("Several lines in one cell, kept"),
    "name_masked": _("A name with stars"),
    "name_missing": _("A number without a name"),
    "name_with_dot": _("Name with a dot, found however it is typed"),
    "nation_unknown": _("Nationality that is not in the list"),
    "passport_lower_case": _("Passport number in small letters"),
    "passport_prefixed": _("Passport number with a word in front"),
    "passport_zeros_lost": _("Passport number whose leading zeros the spreadsheet has lost"),
    "people_alike": _("People in one row who may be one person with another row"),
    "people_in_one_cell": _("Several people in one cell, read as one each"),
    "phone_10_digits": _("Phone number with a digit missing"),
    "phone_bad_length": _("Phone number of the wrong length"),
    "phone_dashed": _("Phone number with dashes"),
    "phone_ditto": _("“Same as above” among phones, read as the household's phone"),
    "phone_fullwidth": _("Phone number in wide digits"),
    "phone_letter_in_number": _("A letter in a phone number"),
    "phone_number_cell": _("Phone number stored as a number"),
    "phone_prefix": _("Phone number with +86"),
    "phone_spaced": _("Phone number with blanks"),
    "phone_two": _("Two phone numbers in one cell, both kept"),
    "phone_unclear": _("Phone cell that could not be read"),
    "phone_with_note": _("Phone number with a note, both kept"),
    "phone_zero_lost": _("Phone number whose leading zero the spreadsheet has lost"),
    "rare_character": _("Name with a rare character, kept as it is"),
    "relation_unknown": _("Relation that is not in the list"),
    "row_struck_through": _("A row struck through, taken as gone"),
    "sex_contradicts_id": _("Sex other than in the identity number"),
    "sex_from_id": _("Empty sex, taken from the identity number"),
    "sex_unknown": _("Sex that could not be read"),
    "stale_summary": _("Summary sheet that no longer agrees with the register"),
    "state_unknown": _("State of a home that is not in the list"),
    "title_date_in_future": _("A title with a day to come; the day of the import is taken"),
    "trailing_empty_rows": _("Empty rows at the end, ignored"),
}
VERDICTS: dict[str, Words] = {
    "new": _("added"),
    "same": _("unchanged"),
    "state": _("state of the home updated"),
    "listed": _("same person, also noted here"),
    "differs": _("differs from the register, left as it is"),
    "left": _("left out"),
    "changed": _("changed"),
}
VERDICTS_AHEAD: dict[str, Words] = {**VERDICTS, "new": _("to be added"), "state": _("state of the home to be updated")}
FIELDS: dict[str, Words] = {
    "": _("not imported"),
    "addr": _("address"),
    "age": _("age (not imported)"),
    "bld": _("building"),
    "born": _("date of birth"),
    "count": _("count (not imported)"),
    "doc_kind": _("kind of document"),
    "estate": _("estate"),
    "ethnic": _("ethnic group (not imported)"),
    "group": _("group (not imported)"),
    "head_name": _("name of the head of household"),
    "here": _("whether the person is here"),
    "hukou": _("registered residence (not imported)"),
    "lane": _("lane"),
    "name": _("name of the person"),
    "nation": _("nationality"),
    "no": _("running number (not imported)"),
    "number": _("document number"),
    "other": _("something else or somebody else (not imported)"),
    "old_phone": _("old phone (not imported)"),
    "party": _("party, religion (never imported)"),
    "phone": _("phone"),
    "plate": _("vehicle plate"),
    "rel": _("relation to the head of household"),
    "remark": _("remark"),
    "return_date": _("day of return"),
    "road": _("road"),
    "room": _("room"),
    "sex": _("sex"),
    "side": _("side lane"),
    "state": _("state of the home"),
    "tick": _("state of the home, ticked"),
    "unit": _("unit"),
    "whereabouts": _("where the person is now"),
    "work": _("work place (not imported)"),
}
RELATIONS: dict[str, Words] = {
    "head": _("head of household"),
    "spouse": _("spouse"),
    "child": _("child"),
    "parent": _("parent"),
    "tenant": _("tenant"),
    "cotenant": _("co-tenant"),
    "helper": _("helper"),
    "relative": _("relative"),
    "owner_absent": _("owner living elsewhere"),
}

VOCABULARIES: dict[str, Words] = {
    "headings": _("headings of columns"),
    "states": _("states of a home"),
    "relations": _("relations to the head of household"),
}
ENTRIES: dict[str, dict[str, Words]] = {"headings": FIELDS, "states": dict(STATES), "relations": RELATIONS}


def level_word(kind: str, level: str) -> str:
    """What becomes of a cell with this problem."""
    return str(COLUMN_GUESSED if kind == "column_guessed" else LEVELS.get(level, ""))


def kind_word(kind: str) -> str:
    """The title of a kind of problem; its code if it has none."""
    return str(KINDS.get(kind, kind))
