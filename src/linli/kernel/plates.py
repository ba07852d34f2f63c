"""Vehicle plates (GA 36-2018): one spelling for comparing, and what is doubtful about a written plate."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(rf"^[{_PROVINCES}][A-Z](?:[A-HJ-NP-Z0-9]{{5}}|[A-HJ-NP-Z0-9]{{6}})$")
_SPECIAL = re.compile(
    rf"^(?:[{_PROVINCES}][A-Z]?[A-HJ-NP-Z0-9]{{3,5}}[学警港澳挂领试超]|使\d{{6}}|[A-Z]{{2}}[0-9A-Z]{{5}}|WJ[{_PROVINCES}]?\d{{4,5}}[0-9A-Z]?)$"
)
_INSIDE = re.compile(rf"[{_PROVINCES}][A-Z][·•. -]?[A-HJ-NP-Z0-9]{{5,6}}(?![A-Z0-9])")


@dataclass(frozen=True, slots=True)
class PlateReading:
    """``plate``: upper case, no dots or blanks; ``problem``: plate_without_province, plate_unclear or None."""

    plate: str | None
    problem: str | None = None


def read_plate(raw: str) -> PlateReading:
    """One plate as written. A missing province sign is never guessed."""
    text = re.sub(r"[\s·•．.\-—]", "", unicodedata.normalize("NFKC", raw)).upper()
    if not text:
        return PlateReading(None)
    if _PLATE.match(text) or _SPECIAL.match(text):
        return PlateReading(text)
    if re.fullmatch(r"[A-Z][A-HJ-NP-Z0-9]{5,6}", text):
        return PlateReading(text, "plate_without_province")
    return PlateReading(None, "plate_unclear")


def plates_in(text: str) -> tuple[str, ...]:
    """Every full plate inside a remark, each once, in order."""
    narrow = unicodedata.normalize("NFKC", text).upper()
    return tuple(dict.fromkeys(re.sub(r"[·•. -]", "", found.group()) for found in _INSIDE.finditer(narrow)))
