"""What applied on the day of arrival: lists of countries and schemes, dated and cited, read from ``data/*.toml`` (T12).

A list or a scheme that changed is a further entry with a later day; the earlier stays, because whoever arrived under it keeps its rule.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Cite:
    """The words of a rule and where they come from; not ``public`` when they are not sourced and stand on no paper."""

    text: str
    source: str
    public: bool = True


@dataclass(frozen=True)
class CountryList:
    """The countries of a list, from ``since`` until the next one. ``source`` says what of it is sourced."""

    code: str
    version: int
    since: date
    countries: frozenset[str]
    source: str

    @property
    def key(self) -> str:
        """How a row names it: ``shanghai-listed@2``."""
        return f"{self.code}@{self.version}"


@dataclass(frozen=True)
class Scheme:
    """So many days at ``places`` (``home`` where it qualifies, ``central``), then ``then_days`` at home, watched."""

    code: str
    since: date
    until: date | None
    applies: str
    days: int
    then_days: int
    places: tuple[str, ...]
    checks_a_day: int
    then_home: str
    cites: tuple[Cite, ...]


@dataclass(frozen=True)
class Rule:
    """What applied to a journey: the scheme, None for none, and by which list. ``countries`` None: no list held that day."""

    scheme: Scheme | None
    countries: CountryList | None
    listed: bool

    @property
    def days(self) -> int:
        """Days of quarantine; 0 when nothing applied."""
        return self.scheme.days if self.scheme is not None else 0


def rule_on(day: date, country: str) -> Rule:
    """What applied to somebody who arrived on ``day`` from ``country`` (ISO code; empty when nobody knows: then no list names it)."""
    held = list_on(day)
    listed = held is not None and country.upper() in held.countries
    for scheme in reversed(_schemes()):
        if scheme.since <= day and (scheme.until is None or day < scheme.until):
            applies = scheme.applies == "all" or listed
            return Rule(scheme if applies else None, held, listed)
    return Rule(None, held, listed)


def list_on(day: date) -> CountryList | None:
    """The list that held on a day."""
    return next((one for one in reversed(lists()) if one.since <= day), None)


def scheme_called(code: str) -> Scheme | None:
    """A scheme by its code, as a row keeps it."""
    return next((one for one in _schemes() if one.code == code), None)


@lru_cache(maxsize=1)
def lists() -> Sequence[CountryList]:
    """Every list, the oldest first."""
    found = [
        CountryList(one["code"], one["version"], one["since"], frozenset(one["countries"]), one["source"])
        for one in _read("lists.toml")["list"]
    ]
    return sorted(found, key=lambda one: one.since)


@lru_cache(maxsize=1)
def _schemes() -> Sequence[Scheme]:
    found = [
        Scheme(
            one["code"], one["since"], one.get("until"), one["applies"], one["days"], one["then_days"], tuple(one["places"]),
            one["checks_a_day"], one.get("then_home", ""),
            tuple(Cite(cite["text"], cite["source"], cite.get("public", True)) for cite in one["cites"]),
        )
        for one in _read("schemes.toml")["scheme"]
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.since)


def _read(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files("linli.journeys").joinpath("data", name).read_text("utf-8"))
