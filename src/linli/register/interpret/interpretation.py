"""The whole way from file bytes to an ``Interpretation``. Pure; ``today`` is an argument.

>>> reading = interpret(data, "register.xlsx", today=date(2020, 3, 1))
>>> reading.totals["persons"], len(reading.problems), reading.ask
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from linli.kernel.names import search_form
from linli.kernel.refusal import Refusal
from linli.register.interpret import words
from linli.register.interpret.filling import Filler
from linli.register.interpret.matching import Union, compare
from linli.register.interpret.model import PART, Interpretation, Problem, RowKey, RowReading, Table
from linli.register.interpret.people import RowReader
from linli.register.interpret.presence import Away, read_away
from linli.register.interpret.sheets import sheet_problems, stale_summaries
from linli.register.interpret.structure import find_tables
from linli.register.interpret.totals import count
from linli.register.reading.delimited import decode
from linli.register.reading.files import read_file
from linli.register.reading.sheet import Sheet

Answer = tuple[RowKey, RowKey, str]
_HOUSEHOLD_HERE = frozenset({None, "owner", "let"})
_CONVENTION = 0.9  # a repair that nine of ten cells of a column need is how that office writes, no fault of each cell


Overrides = dict[str, dict[int, str]]
"""Sheet name ("" for a delimited file) → column → field, as a person corrected them; an empty field: not imported."""
Corrector = Callable[[str, Table], dict[int, str]]
"""The same, asked for each table as it was found: a saved mapping knows it by its headings."""


def interpret(
    data: bytes,
    filename: str,
    *,
    today: date,
    answers: tuple[Answer, ...] = (),
    overrides: Overrides | Corrector | None = None,
    own_words: Iterable[words.OwnWord] = (),
) -> Interpretation:
    """Read a register file. Raises Refusal ``import.*`` for a file that cannot be read or holds no register.

    ``own_words``: what an office has added to the built-in words, as ``linli.register.own_words.of(neighbourhood)`` gives them:
    (vocabulary, entry, word), such as ("headings", "phone", "通联"). They win over the built-in ones.
    """
    vocabulary = words.vocabulary(frozenset(own_words))
    sheets = read_file(data, filename)
    result = Interpretation()
    for sheet in sheets:
        if sheet.hidden or not _is_summary(sheet):
            _read_sheet(sheet, result, today, overrides or {}, vocabulary)
    if not result.tables:  # 总表 holds the people themselves where nothing else does
        for sheet in sheets:
            if not sheet.hidden and _is_summary(sheet):
                _read_sheet(sheet, result, today, overrides or {}, vocabulary)
    if not result.tables:
        raise Refusal(
            "import.no_register",
            "No register was found in the file: a line with headings such as name, address, identity number is needed.",
        )
    if sheets[0].delimited:
        result.records = len(result.rows)
        if not filename.lower().endswith(".tsv"):
            result.lines = len(decode(data)[0].rstrip().splitlines())
    for sheet in sheets:
        if sheet.name in result.tables:
            sheet.rows = []  # all that is needed of it has been read; a large file need not be held twice
    _distrust_zeros(result)
    _settle_dwellings(result)
    people = [row for row in result.rows if row.is_person]
    result.merge, result.ask, result.never_merge = compare(people)
    _only_whole_rows(result)
    result.problems += stale_summaries(sheets, result)
    result.problems = _fold_conventions(result)
    apply_answers(result, answers)
    return result


def _read_sheet(
    sheet: Sheet,
    result: Interpretation,
    today: date,
    overrides: Overrides | Corrector,
    vocabulary: words.Vocabulary,
) -> None:
    tables = find_tables(sheet, today, vocabulary)
    if sheet.hidden:
        if sheet.rows:
            result.problems.append(Problem(sheet.name, None, None, "hidden_sheet", None, None, "ask"))
        return
    stepped: list[int] = []
    for table in tables:
        _date(sheet, table, result, today)
        if table is tables[0]:
            name = sheet.name or ""
            _correct(table, overrides(name, table) if callable(overrides) else overrides.get(name, {}))
            result.tables[sheet.name] = table
        stepped += _read_table(sheet, table, result, today, tables[0].first)
        for other in table.others:
            other.filled, other.last = table.filled, table.last
            _read_table(sheet, other, result, today, tables[0].first)
    if tables:
        result.problems += sheet_problems(sheet, tables[0], stepped)


def _date(sheet: Sheet, table: Table, result: Interpretation, today: date) -> None:
    """The day on which the table was filled in: its title's, or today; a title of a day to come is asked about and taken as today."""
    if table.filled is not None and table.filled > today:
        named, taken = table.filled.isoformat(), today.isoformat()
        result.problems.append(Problem(sheet.name, None, "title", "title_date_in_future", named, taken, "ask"))
    table.filled = min(table.filled or today, today)


def _correct(table: Table, corrected: dict[int, str]) -> None:
    """What a person said about columns."""
    for column, field in corrected.items():
        table.columns.pop(column, None)
        table.ignored.pop(column, None)
        table.guessed.pop(column, None)
        if field:
            table.columns[column] = field
        else:
            table.ignored[column] = "left out"
    table.columns = dict(sorted(table.columns.items()))


def _read_table(sheet: Sheet, table: Table, result: Interpretation, today: date, begins: int) -> list[int]:
    """Read one table; returns the lines that are neither a person nor a dwelling (sums, sections, headers)."""
    reader = RowReader(sheet, table, today, begins)
    filler = Filler(sheet, table)
    groups: dict[int, list[RowReading]] = defaultdict(list)
    for line in filler.lines():
        found = reader.read_all(line)
        result.rows += found
        groups[line.group] += found
    for rows in groups.values():
        _share_state(rows)
    result.problems += reader.problems
    phone = table.column("phone")
    if filler.unlike_above and phone is not None:
        cell = f"column '{table.labels.get(phone, '')}'"
        result.problems.append(Problem(sheet.name, None, cell, "phone_ditto", filler.unlike_above, None, "warn"))
    return filler.stepped


def _only_whole_rows(result: Interpretation) -> None:
    """A pair is named by its rows: where a row holds several people it cannot say who is meant, and a person has to look."""
    crowded = {(row.sheet, row.row) for row in result.rows if row.part}
    if not crowded:
        return

    def clear(pairs: list[tuple[RowKey, RowKey]], kind: str | None) -> list[tuple[RowKey, RowKey]]:
        kept = []
        for pair in pairs:
            places = [(sheet, row % PART) for sheet, row in pair]
            if not crowded.intersection(places):
                kept.append(pair)
            elif kind:
                sheet, row = places[1]
                other = f"{places[0][0] or ''} {places[0][1]}".strip()
                result.problems.append(Problem(sheet, row, None, kind, other, None, "ask"))
        return kept

    result.merge = clear(result.merge, "people_alike")
    result.ask = clear(result.ask, "people_alike")
    result.never_merge = clear(result.never_merge, None)


def _distrust_zeros(result: Interpretation) -> None:
    """Text such as 310112196811197000: a spreadsheet lost the end and wrote it out again. Where one such number fails the check,
    those that pass it by luck are not trusted either."""
    lost = Counter(row.sheet for row in result.rows if row.number is None and _ends_in_zeros(row.fragment))
    for row in result.rows:
        column = result.tables[row.sheet].column("number")
        if not lost[row.sheet] or column is None or not _ends_in_zeros(row.number or row.fragment):
            continue
        cell = f"{_letter(column)}{row.row}"
        kinds = ("id_float_lost", "id_float_lost_lucky") if row.number else ("id_float_lost",)
        result.problems += [
            Problem(row.sheet, row.row, cell, kind, row.number or row.fragment, None, "ask") for kind in kinds
        ]
        row.fragment, row.number = (row.number or row.fragment or "")[:15], None


def _ends_in_zeros(number: str | None) -> bool:
    return number is not None and len(number) == 18 and number.endswith("000")


def _is_summary(sheet: Sheet) -> bool:
    name = (sheet.name or "").strip()
    return any(name.startswith(word) or name.endswith(word) for word in words.load("words")["summary_sheets"])


def _share_state(rows: list[RowReading]) -> None:
    """The state stands on the first row of a dwelling only, or on each: every row of the dwelling gets it."""
    state = next((row.state for row in rows if row.state), None)
    for row in rows:
        row.state = row.state or state


def _settle_dwellings(result: Interpretation) -> None:
    """Who is here: needs the whole dwelling, because its state covers everybody in it."""
    doors: dict[str, list[RowReading]] = defaultdict(list)
    for row in result.rows:
        doors[row.door.code()].append(row)
    has_rooms = Counter(row.door.estate for row in result.rows if row.door.room)
    estates = Counter(row.door.estate for row in result.rows)
    result.villas = {
        estate: re.search("墅|villa", estate, re.IGNORECASE) is not None or has_rooms[estate] * 20 < many
        for estate, many in estates.items()
    }
    for rows in doors.values():
        _settle_presence(rows, result)
    people = [row for row in result.rows if row.is_person]
    result.rows = [
        row for row in result.rows if row.is_person or not any(other.is_person for other in doors[row.door.code()])
    ]
    _sort_names(people)


def _sort_names(people: list[RowReading]) -> None:
    """The head's name column says who of the rows is the head when no relation is given."""
    for row in people:
        if row.rel is None and row.head_name and row.name and search_form(row.head_name) == search_form(row.name):
            row.rel = "head"


def _settle_presence(rows: list[RowReading], result: Interpretation) -> None:
    state = next((row.state for row in rows if row.state), None)
    own = {row.key: _away_of(row, result) for row in rows}
    shared = next((away for row in rows if (away := own[row.key])), None)
    for row in rows:
        if not row.is_person:
            continue
        if row.absence is None:
            if state == "away":
                row.away = own[row.key] or shared or Away(None, None, None)
                row.absence = "away"
            elif own[row.key]:
                row.away, row.absence = own[row.key], "away"
            elif state not in _HOUSEHOLD_HERE:
                row.absence = "dwelling"
        row.present = row.absence is None


def _away_of(row: RowReading, result: Interpretation) -> Away | None:
    table = result.tables.get(row.sheet)
    if not row.remark or row.absence == "gone":
        return None
    return read_away(row.remark, table.filled) if table and table.filled else None


def _fold_conventions(result: Interpretation) -> list[Problem]:
    """One line a column for a repair that loses nothing and that the whole column needs."""
    foldable = {
        "id_trailing_space",
        "id_apostrophe",
        "phone_number_cell",
        "phone_dashed",
        "phone_spaced",
        "id_fullwidth",
    }
    counts: Counter[tuple[str | None, str, str]] = Counter()
    for problem in result.problems:
        if problem.kind in foldable and problem.cell:
            counts[(problem.sheet, problem.kind, _column_of(problem.cell))] += 1
    people = Counter(row.sheet for row in result.rows if row.is_person)
    folded = {key for key, many in counts.items() if many >= 20 and many >= people[key[0]] * _CONVENTION}
    kept = [
        problem
        for problem in result.problems
        if (problem.sheet, problem.kind, _column_of(problem.cell or "")) not in folded
    ]
    for sheet, kind, column in sorted(folded, key=str):
        table = result.tables[sheet]
        label = next((text for at, text in table.labels.items() if _letter(at) == column), column)
        kept.append(Problem(sheet, None, f"column '{label}'", kind, counts[(sheet, kind, column)], None, "note"))
    return kept


def _letter(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


def _column_of(cell: str) -> str:
    return re.sub(r"\d+$", "", cell)


def apply_answers(result: Interpretation, answers: tuple[Answer, ...]) -> None:
    """Take answers to ``ask`` pairs: "same" joins the two rows, "other" ends the question. Then count."""
    open_pairs = {frozenset(pair): pair for pair in result.ask}
    for one, other, answer in answers:
        pair = open_pairs.pop(frozenset((one, other)), None)
        if pair is None:
            raise Refusal(
                "import.answer_unknown",
                "An answer names two rows that no question was asked about: %(rows)s.",
                rows=f"{one}, {other}",
            )
        if answer == "same":
            result.same.append(pair)
        else:
            result.never_merge.append(pair)
    result.ask = list(open_pairs.values())
    joined = Union()
    for one, other in (*result.merge, *result.same):
        joined.join(one, other)
    result.totals = count(result, joined)
