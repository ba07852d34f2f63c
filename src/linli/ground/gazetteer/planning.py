"""A list and what is known → what changes: pure. The plan changes the book in memory; ``writing`` saves what became dirty."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from linli.ground.gazetteer.changes import CLASSES, Change
from linli.ground.gazetteer.codes import LEVELS, PROVINCES, above
from linli.ground.gazetteer.coverage import Coverage, coverage_of
from linli.ground.gazetteer.doubts import Doubt, doubts_of, neighbourhood_doubts
from linli.ground.gazetteer.known import Book, Known
from linli.ground.gazetteer.matching import Matching, match_committees, match_divisions
from linli.ground.gazetteer.rows import Bad, Reading, Row
from linli.kernel.place_names import PlaceKey, place_key


@dataclass(slots=True)
class Plan:
    """What a list changes. Each row has exactly one change of ``CLASSES``, or waits for an answer (``held``)."""

    day: date
    source: str
    rows: int = 0
    changes: list[Change] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)
    held: int = 0
    touched: dict[int, Known] = field(default_factory=dict)
    regions: dict[str, list[str]] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        """rows = kept + … + added + joined + held; ended and doubtful beside them."""
        found = dict.fromkeys((*CLASSES, "ended"), 0)
        for change in self.changes:
            found[change.kind] += 1
        return {"rows": self.rows, **found, "held": self.held, "doubtful": len(self.doubts), "bad": len(self.bad)}


@dataclass(slots=True)
class Answers:
    """What persons decided: (was code, now code) → same, different, merged, split; region code → ended."""

    pairs: dict[tuple[str, str], str] = field(default_factory=dict)

    def of(self, answer: str) -> list[tuple[str, str]]:
        """The pairs that were given this answer."""
        return [pair for pair, said in self.pairs.items() if said == answer]


def plan_list(book: Book, reading: Reading, *, day: date, source: str, answers: Answers | None = None) -> Plan:
    """Plan one list. Its places of upper levels come first, so that a street that moved takes its committees along."""
    work = _Planner(book, reading, day, source, answers or Answers())
    for level in LEVELS:
        work.level(level)
    work.finish()
    return work.plan


class _Planner:
    """One run over one list."""

    def __init__(self, book: Book, reading: Reading, day: date, source: str, answers: Answers) -> None:
        self.book, self.reading, self.day, self.source, self.answers = book, reading, day, source, answers
        self.plan = Plan(day, source, rows=len(reading.rows), bad=list(reading.bad))
        self.keys: dict[str, int] = {}
        self.kids: dict[int, list[PlaceKey]] = defaultdict(list)
        self.rows_below: dict[str, list[PlaceKey]] = defaultdict(list)
        self.district_keys: dict[int, int | None] = {}
        for one in book.places.values():
            if one.history.spans and one.parent_at(day) is not None:
                self.kids[one.parent_at(day)].append(one.key_at(day))  # type: ignore[index]
        for row in reading.rows.values():
            if row.above:
                self.rows_below[row.above].append(place_key(row.name))

    def parent(self, code: str | None) -> int | None:
        """The key of the place that has this code in the list."""
        while code is not None and code not in self.keys:
            code = above(code)
        return self.keys.get(code) if code is not None else None

    def _rows(self, level: int) -> tuple[list[Row], list[Row]]:
        """The rows of a level, and those that only follow from rows below it."""
        said = [row for row in self.reading.rows.values() if row.level == level]
        codes = {row.code for row in said}
        implied: dict[str, Row] = {}
        for row in self.reading.rows.values():
            up = row.above
            while up is not None:
                if len(up) == level and up not in codes and up not in implied:
                    name = self.reading.names.get(up) or PROVINCES.get(up, up)
                    implied[up] = Row(up, name, above(up), 0)
                up = above(up)
        return said, list(implied.values())

    def level(self, level: int) -> None:
        """Match, see and miss the places of one level."""
        said, implied = self._rows(level)
        if not said and not implied:
            return
        streets = [span.code for one in self.book.of_level(9) for span in one.history.spans[-1:]]
        everything = self.reading.rows.values()
        cover = coverage_of(everything, level if said else 12, streets)
        codes = {row.code for row in (*said, *implied)}
        places = [one for one in self.book.of_level(level) if one.history.spans and _may_be(one, cover, codes)]
        found = self._match(level, [*said, *implied], places)
        for row in (*said, *implied):
            self._see(row, found, said=row.row > 0)
        if said:
            self._miss(level, found, cover)
        if level == 12:
            self.plan.doubts += doubts_of(found, self.plan.changes, self.book, self.day)

    def _match(self, level: int, rows: list[Row], places: list[Known]) -> Matching:
        if level < 12:
            waiting = [one for one in self.book.of_level(level) if not one.history.spans]
            joined = _divisions_joined(waiting, rows)
            return match_divisions(
                rows,
                [*places, *(one for one in waiting if one.key in joined.values())],
                answers=joined,
                day=self.day,
                parent=self.parent,
                children=lambda code: self.rows_below[code],
                children_of=lambda one: self.kids[one.key],
            )
        by_code = {span.code: one.key for one in places for span in one.history.spans}
        answers = {now: by_code[was] for was, now in self.answers.of("same") if was in by_code}
        had: dict[str, list[int]] = defaultdict(list)
        for one in places:
            for span in one.history.spans:
                had[span.code].append(one.key)
        apart = {(key, now) for was, now in self.answers.of("different") for key in had.get(was, ())}
        answers |= self._joined(rows, places)
        return match_committees(
            rows,
            places,
            day=self.day,
            street=self.parent,
            answers=answers,
            apart=apart,
            district_of_place=self._district,
        )

    def _joined(self, rows: list[Row], places: list[Known]) -> dict[str, int]:
        """Neighbourhoods that run here and have no official code yet: joined where street and name agree, else asked about."""
        waiting = [one for one in self.book.places.values() if one.run and not one.history.spans]
        if not waiting:
            return {}
        joined, doubts, held = neighbourhood_doubts(waiting, rows, self.keys, self.parent, self.answers.pairs)
        places += [one for one in waiting if one.key in joined.values()]
        self.plan.doubts += doubts
        for code in held:
            rows[:] = [row for row in rows if row.code != code]
            self.plan.held += 1
        return joined

    def _district(self, key: int | None) -> int | None:
        if key is None:
            return None
        if key not in self.district_keys:
            one = self.book.places.get(key)
            self.district_keys[key] = one.parent_at(self.day) if one is not None and one.level == 9 else key
        return self.district_keys[key]

    def _see(self, row: Row, found: Matching, *, said: bool) -> None:
        if row.code not in found.pairs and row.code not in found.rows:
            return
        one = found.pairs.get(row.code)
        new = one is None
        if one is None:
            one = self.book.add(row.level)
        elif not said and one.history.spans:
            row = _as_known(row, one, self.day)
        self.keys[row.code] = one.key
        before, alive = one.history.near(self.day), one.history.alive(self.day)
        was = (before.name, before.code, before.parent) if before else (one.run_name, "", None)
        latest = one.history.at(self.day)
        gone_by = _gone_by(self.book, row, self.day) if new else None
        wanted = (row.name, row.code, self.parent(row.above))
        if before is not None and before.name == before.code and row.name != row.code:
            self._name(one, row.name)
        kind = "added" if new else _kind(one, row, was, self.parent(row.above), ended=latest is not None and not alive)
        if one.history.see(wanted, self.day, self.source, gone_by=gone_by):
            one.dirty = True
            self.plan.touched[one.key] = one
        if row.urban and row.urban != one.urban:
            one.urban, one.dirty = row.urban, True
            self.plan.touched[one.key] = one
        if said:
            renamed = bool(was[0]) and place_key(was[0]) != place_key(row.name) and not new
            self.plan.changes.append(
                Change(
                    kind,
                    row.code,
                    row.name,
                    "" if new else was[1],
                    "" if new else was[0],
                    row.row,
                    row.sheet,
                    one.key,
                    renamed,
                )
            )

    def _name(self, one: Known, name: str) -> None:
        """A place known by its code alone gets the name that a list has for it, for all its time under that code."""
        for span in one.history.spans:
            if span.name == span.code:
                span.name, span.changed = name, True
        one.dirty = True
        self.plan.touched[one.key] = one

    def _miss(self, level: int, found: Matching, cover: Coverage) -> None:
        absent: dict[str, list[Known]] = defaultdict(list)
        for one in found.places.values():
            code = one.code_at(self.day)
            if not one.history.alive(self.day):
                continue
            if one.run:
                self.plan.doubts.append(
                    Doubt("run_absent", was_code=code, was_name=one.run_name or one.name, key=one.key)
                )
            elif cover.complete(code):
                self._end(one)
            elif cover.in_view(code):
                absent[code[:6]].append(one)
        for district, ones in absent.items():
            self._absent(level, district, ones)
        self.plan.regions[str(level)] = cover.as_json()

    def _absent(self, level: int, district: str, ones: list[Known]) -> None:
        """A district of which the list says nothing: ended when most of it went on elsewhere or a person says so, else asked."""
        went = sum(
            1 for change in self.plan.changes if change.was_code.startswith(district) and len(change.was_code) == level
        )
        if went >= len(ones) or self.answers.pairs.get((district, "")) == "ended":
            for one in ones:
                self._end(one)
        elif self.answers.pairs.get((district, "")) != "kept":
            self.plan.doubts.append(Doubt("region_absent", was_code=district, was_name=ones[0].name, count=len(ones)))

    def _end(self, one: Known) -> None:
        span = one.history.near(self.day)
        if one.history.miss(self.day):
            one.dirty = True
            self.plan.touched[one.key] = one
            assert span is not None
            self.plan.changes.append(Change("ended", span.code, span.name, span.code, span.name, key=one.key))

    def finish(self) -> None:
        """Answers that a place went on in another, or came out of one."""
        by_code = {span.code: one for one in self.book.places.values() for span in one.history.spans}
        for answer in ("merged", "split"):
            for was, now in self.answers.of(answer):
                one, other = by_code.get(was), by_code.get(now)
                if one is None or other is None or one is other:
                    continue
                if answer == "merged" and one.history.ended and one.merged_into is None:
                    one.merged_into, one.dirty = other.key, True
                    self.plan.touched[one.key] = one
                if answer == "split" and other.split_from is None:
                    other.split_from, other.dirty = one.key, True
                    self.plan.touched[other.key] = other


def _may_be(one: Known, cover: Coverage, codes: set[str]) -> bool:
    return any(span.code in codes or cover.in_view(span.code) for span in one.history.spans)


def _as_known(row: Row, one: Known, day: date) -> Row:
    """A place that only follows from others keeps its name when the list has none for it."""
    span = one.history.near(day)
    name = row.name if row.name != row.code or span is None else span.name
    return Row(row.code, name, row.above, row.row, row.sheet)


def _kind(one: Known, row: Row, was: tuple[str, str, int | None], parent: int | None, *, ended: bool) -> str:
    if not one.history.spans:
        return "joined"
    if ended:
        return "resumed"
    if was[2] != parent and was[2] is not None:
        return "moved"
    if was[1] != row.code:
        return "recoded"
    if was[0] == was[1] != row.name:
        return "named"
    if place_key(was[0]) != place_key(row.name):
        return "renamed"
    return "kept" if was[0] == row.name else "respelled"


def _gone_by(book: Book, row: Row, day: date) -> date | None:
    """The day of the next later list that should have the row and, being unmatched, has not."""

    def covers(regions: dict[int, frozenset[str]]) -> bool:
        return any(row.code.startswith(code) and row.code != code for code in regions.get(row.level, ()))

    return min((one.as_of for one in book.lists if one.as_of > day and covers(one.regions)), default=None)


def _divisions_joined(waiting: list[Known], rows: list[Row]) -> dict[str, int]:
    """Row code → a street (or district) made by hand without a code, where exactly one row of the list has its name."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.name != row.code:
            by_name[place_key(row.name).stem].append(row.code)
    found = {place_key(one.run_name).stem: one.key for one in waiting}
    return {codes[0]: found[name] for name, codes in by_name.items() if name in found and len(codes) == 1}
