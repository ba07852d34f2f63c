"""``words.toml``: the words of lists of volunteers, read once."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_WORDS = tomllib.loads(files("linli.duties.volunteers").joinpath("words.toml").read_text("utf-8"))
HEADINGS: dict[str, tuple[str, ...]] = {name: tuple(words.split()) for name, words in _WORDS["headings"].items()}
ROLES: dict[str, str] = {word: same.split()[0] for same in _WORDS["roles"]["same"] for word in same.split()}
"""Word of an office → the role as we say it."""
WITHOUT_ROLE = frozenset(_WORDS["roles"]["none"].split())
YES, NO, HOLLOW, SOLID = (frozenset(_WORDS["ticks"][name].split()) for name in ("yes", "no", "hollow", "solid"))
FILLER = tuple(_WORDS["hours"]["filler"].split())
"""Patterns that say nothing of hours."""
