"""Problems of a sheet as a whole: what is hidden, filtered, computed, commented, left over, or out of date."""

from __future__ import annotations

import re
from collections import Counter

from linli.register.interpret.model import Interpretation, Problem, Table
from linli.register.reading.sheet import Sheet, as_text, column_letter

_FORMULA_MIN = 3


def sheet_problems(sheet: Sheet, table: Table, stepped: list[int]) -> list[Problem]:
    """Problems without a row. ``stepped``: rows of sums and section lines, whose formulas are nobody's value."""
    found = [
        Problem(sheet.name, None, f"{column_letter(column)}{table.header + 1}", "hidden_column", label, None, "warn")
        for column, label in sorted(table.hidden.items())
    ]
    hidden = [row for row in sheet.hidden_rows if table.first <= row < len(sheet.rows)]
    if hidden:
        found.append(Problem(sheet.name, None, f"{len(hidden)} rows", "filter_hides_rows", None, None, "note"))
    for (row, column), text in sorted(sheet.comments.items()):
        found.append(Problem(sheet.name, None, f"{column_letter(column)}{row + 1}", "cell_comment", text, None, "note"))
    passed = set(stepped)
    for column, rows in sorted(sheet.formulas.items()):
        own = [row for row in rows if row >= table.first and row not in passed]
        if len(own) >= _FORMULA_MIN and column in table.columns:
            label = table.labels.get(column, column_letter(column))
            found.append(Problem(sheet.name, None, f"column '{label}'", "formula_cells", None, None, "warn"))
    if sheet.formatted_after >= 50:
        blank = sheet.formatted_after
        found.append(Problem(sheet.name, None, f"{_rounded(blank)} rows", "trailing_empty_rows", None, None, "note"))
    for column, field in sorted(table.ignored.items()):
        if field == "party":
            cell = f"{column_letter(column)}{table.header + 1}"
            found.append(
                Problem(sheet.name, None, cell, "column_never_imported", table.labels.get(column), None, "warn")
            )
    for column, field in sorted(table.guessed.items()):
        cell = f"{column_letter(column)}{table.header + 1}"
        found.append(Problem(sheet.name, None, cell, "column_guessed", table.labels.get(column), field, "ask"))
    return found


def _rounded(rows: int) -> int:
    return rows // 1000 * 1000 if rows >= 1000 else rows


def stale_summaries(sheets: list[Sheet], result: Interpretation) -> list[Problem]:
    """Lines of a summary sheet whose number of people is not what the register says."""
    here: Counter[str] = Counter()
    for row in result.rows:
        if row.is_person and row.present:
            here[row.door.estate] += 1
    found = []
    for sheet in sheets:
        if sheet.name in result.tables or sheet.hidden:
            continue
        column = _people_column(sheet)
        for at, cells in enumerate(sheet.rows):
            name = next((as_text(cell) for cell in cells if as_text(cell) in here), None)
            if name is None or column is None:
                continue
            said = as_text(sheet.cell(at, column))
            if re.fullmatch(r"\d+", said) and int(said) != here[name]:
                cell = f"{column_letter(column)}{at + 1}"
                found.append(Problem(sheet.name, at + 1, cell, "stale_summary", int(said), here[name], "warn"))
    return found


def _people_column(sheet: Sheet) -> int | None:
    for cells in sheet.rows[:10]:
        for column, cell in enumerate(cells):
            if re.search(r"在住人数|实住人数|人数", as_text(cell)):
                return column
    return None
