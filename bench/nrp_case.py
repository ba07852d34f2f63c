"""The public rostering instances of Curtois and Qu (schedulingbenchmarks.org, `SECTION_` format), read, modelled and checked.

Their rules are others than ours: shifts have a length and forbidden followers; each employee has most shifts of a kind, least and most
minutes, runs of shifts and of days off, most weekends. At the ends of the horizon a run of shifts may be short, and so may one of days off;
the longest run counts from the first day. Cost: requests that are not met, and people below or above what each shift of a day wants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from ortools.sat.python import cp_model

Cell = tuple[str, int, str]
"""Employee, day, shift."""


@dataclass(frozen=True)
class Employee:
    """One row of SECTION_STAFF."""

    id: str
    most: Mapping[str, int]
    most_minutes: int
    least_minutes: int
    longest: int
    shortest: int
    shortest_off: int
    weekends: int


@dataclass
class Instance:
    """One file. ``wishes``: (employee, day, shift, weight, on or off); ``cover``: (day, shift) → (wanted, weight under, weight over)."""

    days: int = 0
    minutes: dict[str, int] = field(default_factory=dict)
    never_after: dict[str, frozenset[str]] = field(default_factory=dict)
    staff: list[Employee] = field(default_factory=list)
    off: set[tuple[str, int]] = field(default_factory=set)
    wishes: list[tuple[str, int, str, int, bool]] = field(default_factory=list)
    cover: dict[tuple[int, str], tuple[int, int, int]] = field(default_factory=dict)


def read(path: Path) -> Instance:
    """Read a file; comments and empty lines are skipped."""
    found, section = Instance(), ""
    for line in path.read_text("utf-8").splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("SECTION_"):
            section = text
            continue
        row = [part.strip() for part in text.split(",")]
        _take(found, section, row)
    return found


def _take(found: Instance, section: str, row: list[str]) -> None:
    """One row of a section."""
    match section:
        case "SECTION_HORIZON":
            found.days = int(row[0])
        case "SECTION_SHIFTS":
            found.minutes[row[0]] = int(row[1])
            found.never_after[row[0]] = frozenset(one for one in row[2].split("|") if one)
        case "SECTION_STAFF":
            most = dict(one.split("=") for one in row[1].split("|"))
            found.staff.append(Employee(row[0], {key: int(n) for key, n in most.items()}, *map(int, row[2:8])))
        case "SECTION_DAYS_OFF":
            found.off |= {(row[0], int(day)) for day in row[1:]}
        case "SECTION_SHIFT_ON_REQUESTS" | "SECTION_SHIFT_OFF_REQUESTS":
            found.wishes.append((row[0], int(row[1]), row[2], int(row[3]), section.endswith("ON_REQUESTS")))
        case "SECTION_COVER":
            found.cover[int(row[0]), row[1]] = (int(row[2]), int(row[3]), int(row[4]))


def cost(instance: Instance, roster: set[Cell]) -> int:
    """What a roster costs, counted from the roster alone."""
    total = sum(weight for who, day, shift, weight, on in instance.wishes if ((who, day, shift) in roster) != on)
    for (day, shift), (wanted, under, over) in instance.cover.items():
        here = sum((one.id, day, shift) in roster for one in instance.staff)
        total += under * max(wanted - here, 0) + over * max(here - wanted, 0)
    return total


def broken(instance: Instance, roster: set[Cell]) -> list[str]:
    """Every hard rule that a roster breaks, counted from the roster alone."""
    found = []
    for one in instance.staff:
        mine = {day: shift for who, day, shift in roster if who == one.id}
        if sum(who == one.id for who, _day, _shift in roster) != len(mine):
            found.append(f"{one.id}: two shifts on a day")
        worked = sum(instance.minutes[shift] for shift in mine.values())
        if not one.least_minutes <= worked <= one.most_minutes:
            found.append(f"{one.id}: {worked} minutes")
        found += [f"{one.id}: too many {s}" for s, most in one.most.items() if list(mine.values()).count(s) > most]
        found += [f"{one.id}: off on {day}" for day in mine if (one.id, day) in instance.off]
        found += [
            f"{one.id}: {mine[d]}, {mine[d + 1]}" for d in mine if mine.get(d + 1) in instance.never_after[mine[d]]
        ]
        found += _runs(instance, one, mine)
        if len({day // 7 for day in mine if day % 7 >= 5}) > one.weekends:
            found.append(f"{one.id}: weekends")
    return found


def _runs(instance: Instance, one: Employee, mine: Mapping[int, str]) -> list[str]:
    found, start = [], 0
    for works, days in groupby(day in mine for day in range(instance.days)):
        length = len(list(days))
        inside = start > 0 and start + length < instance.days
        if works and (length > one.longest or (inside and length < one.shortest)):
            found.append(f"{one.id}: {length} shifts from {start}")
        if not works and inside and length < one.shortest_off:
            found.append(f"{one.id}: {length} days off from {start}")
        start += length
    return found


def solve(instance: Instance, seconds: float, workers: int) -> tuple[set[Cell], float, bool]:
    """The best roster of that time, what nothing can cost less than, and whether it is the best. Raises ValueError if none was found."""
    model, on = cp_model.CpModel(), {}
    for one in instance.staff:
        for day in range(instance.days):
            for shift in instance.minutes:
                if one.most.get(shift, 0) and (one.id, day) not in instance.off:
                    on[one.id, day, shift] = model.new_bool_var("")
        _rules(instance, model, on, one)
    model.minimize(_objective(instance, model, on))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.linearization_level = 2
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise ValueError("no roster in this time")
    roster = {key for key, var in on.items() if solver.value(var)}
    return roster, solver.best_objective_bound, status == cp_model.OPTIMAL


def _rules(instance: Instance, model: cp_model.CpModel, on: dict[Cell, Any], one: Employee) -> None:
    """What an employee must and must not."""
    works = []
    for day in range(instance.days):
        here = [on[one.id, day, shift] for shift in instance.minutes if (one.id, day, shift) in on]
        works.append(model.new_bool_var(""))
        model.add(sum(here) == works[-1])
    for (who, day, shift), var in list(on.items()):
        if who == one.id:
            for after in instance.never_after[shift]:
                if (who, day + 1, after) in on:
                    model.add_bool_or(var.negated(), on[who, day + 1, after].negated())
    for shift, most in one.most.items():
        model.add(sum(on.get((one.id, day, shift), 0) for day in range(instance.days)) <= most)
    mine = [(var, instance.minutes[shift]) for (who, _day, shift), var in on.items() if who == one.id]
    model.add_linear_constraint(sum(var * long for var, long in mine), one.least_minutes, one.most_minutes)
    for first in range(instance.days - one.longest):
        model.add(sum(works[first : first + one.longest + 1]) <= one.longest)
    _shortest(model, works, one.shortest)
    _shortest(model, [var.negated() for var in works], one.shortest_off)
    weekends = []
    for saturday in range(5, instance.days, 7):
        weekends.append(model.new_bool_var(""))
        model.add_max_equality(weekends[-1], works[saturday : saturday + 2])
    model.add(sum(weekends) <= one.weekends)


def _shortest(model: cp_model.CpModel, run: list[Any], least: int) -> None:
    """A run inside the horizon is not shorter than this."""
    for length in range(1, least):
        for first in range(1, len(run) - length):
            ends = [run[first - 1], run[first + length]]
            model.add_bool_or(*ends, *(var.negated() for var in run[first : first + length]))


def _objective(instance: Instance, model: cp_model.CpModel, on: dict[Cell, Any]) -> Any:
    """The cost as a sum."""
    terms: list[Any] = []
    for who, day, shift, weight, wished in instance.wishes:
        var = on.get((who, day, shift), 0)
        terms.append(weight * (1 - var) if wished else weight * var)
    for (day, shift), (wanted, under, over) in instance.cover.items():
        below = model.new_int_var(0, wanted, "")
        above = model.new_int_var(0, len(instance.staff), "")
        model.add(sum(on.get((one.id, day, shift), 0) for one in instance.staff) + below - above == wanted)
        terms += [under * below, over * above]
    return sum(terms)
