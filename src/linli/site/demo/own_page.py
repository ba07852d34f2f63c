"""The slip of somebody who stays at home: the code of the own page, kept beside the demo's data so that the front door can say it."""

from __future__ import annotations

from dataclasses import dataclass

from linli.accounts.models import User
from linli.care.actions.own_codes import make_own_code
from linli.care.models import Case
from linli.vault.keyring import data_folder

FILE = "demo-own-page"


@dataclass(frozen=True)
class OwnPage:
    """Whose page it is, and the code that opens it."""

    name: str
    code: str


def hand_over(*, by: User, case: Case) -> None:
    """Print a slip for the person of a case, as the office does. A real installation keeps the code nowhere."""
    slip = make_own_code(by=by, case=case)
    (data_folder() / FILE).write_text(f"{slip.code} {case.person.name}", encoding="utf-8")


def handed() -> OwnPage | None:
    """What was handed over; None where nothing was."""
    kept = data_folder() / FILE
    if not kept.exists():
        return None
    code, _blank, name = kept.read_text(encoding="utf-8").partition(" ")
    return OwnPage(name, code)
