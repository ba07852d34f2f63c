"""Who may order a home quarantine, by the dated and cited lines of ``data/powers.toml`` (RULES.md B4); and the lists of journeys (E02)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from linli.operations.queries import A_YEAR


@dataclass(frozen=True)
class Power:
    """From ``since`` until before ``until`` these kinds of bodies may order; ``zh`` and ``en`` say by which article."""

    code: str
    since: date
    until: date | None
    bodies: tuple[str, ...]
    zh: str
    en: str
    source: str


@dataclass(frozen=True)
class Named:
    """A code with its words in both languages."""

    code: str
    zh: str
    en: str


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("linli.care").joinpath("data", name).read_text(encoding="utf-8"))


@cache
def powers() -> tuple[Power, ...]:
    """Every line, oldest first."""
    rows = _read("powers.toml")["power"]
    found = [
        Power(r["code"], r["since"], r.get("until"), tuple(r["bodies"]), r["zh"], r["en"], r["source"]) for r in rows
    ]
    return tuple(sorted(found, key=lambda one: one.since))


@cache
def bodies() -> Mapping[str, Named]:
    """The kinds of bodies that an order may name, empowered or not."""
    return {r["code"]: Named(r["code"], r["zh"], r["en"]) for r in _read("powers.toml")["body"]}


@cache
def lists() -> Mapping[str, Named]:
    """The lists of journeys that a follow-up may be on."""
    return {r["code"]: Named(r["code"], r["zh"], r["en"]) for r in _read("lists.toml")["list"]}


def power_by(code: str) -> Power | None:
    """The line called ``code``: an order keeps the one by which it was given."""
    return next((one for one in powers() if one.code == code), None)


def powers_of(ruleset: Mapping[str, Any], day: date) -> list[Power]:
    """What empowers whom under a rule set for an order given on ``day`` (a local date). None when it does not let anybody measure.

    A replay whose dates were moved speaks of its own time, whatever today is (its ``since``); any other of the day of the order, also a
    replay at the dates of its rule set: who may order changed on 1 November 2020.
    """
    if not ruleset["measures"]:
        return []
    since = date.fromisoformat(str(ruleset["since"]))
    when = since if ruleset["replay"] and not since <= day < since + A_YEAR else day
    return [one for one in powers() if one.since <= when and (one.until is None or when < one.until)]


def power_for(body_kind: str, ruleset: Mapping[str, Any], day: date) -> Power | None:
    """What empowers a kind of body then; None: nothing does."""
    return next((one for one in powers_of(ruleset, day) if body_kind in one.bodies), None)
