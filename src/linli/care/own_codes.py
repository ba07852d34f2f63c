"""The ten characters of a person's own page: five say whose tries are counted, five are the secret; only a keyed digest is kept."""

from __future__ import annotations

from dataclasses import dataclass

from linli.accounts import codes

LENGTH = 10
HANDLE = 5
TRIES = 5
"""Wrong ones after which a code opens nothing more (the issue's "five tries")."""
PURPOSE = "mine"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed: whose tries are counted, and what is compared."""

    handle: str
    digest: str


def new_code() -> str:
    """Ten characters that are not taken for one another: one in 24 million is guessed right at a try, and five may be tried."""
    return codes.new_code(LENGTH)


def read(typed: str) -> Typed | None:
    """Case, blanks, hyphens and full width do not matter; None for what cannot be a code."""
    said = codes.clean(typed)
    if len(said) != LENGTH or not said.isascii():
        return None
    return Typed(said[:HANDLE], codes.digest(PURPOSE, said))


def grouped(code: str) -> str:
    """ABCDE-FGHJK."""
    return f"{code[:HANDLE]}-{code[HANDLE:]}"
