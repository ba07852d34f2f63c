"""The register of acts: each has a sentence for the page that shows who did what."""

from __future__ import annotations

from django.utils.functional import Promise

_acts: dict[str, str | Promise] = {}


def register(code: str, sentence: str | Promise) -> str:
    """Make an act known. ``code`` is ``<room>.<verb>``; registering it twice with two sentences is an error."""
    if code in _acts and str(_acts[code]) != str(sentence):
        raise ValueError(f"act {code} is registered twice")
    _acts[code] = sentence
    return code


def known(code: str) -> bool:
    """Whether an act was registered."""
    return code in _acts


def sentence(code: str) -> str:
    """The human sentence of an act, in the active language; the code itself when its room is gone."""
    return str(_acts.get(code, code))


def all_acts() -> dict[str, str]:
    """Every act with its sentence."""
    return {code: str(text) for code, text in sorted(_acts.items())}
