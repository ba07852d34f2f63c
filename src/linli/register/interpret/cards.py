"""Registers of cards: a line that names one home, and below it a header and the people of that home, again and again."""

from __future__ import annotations

import re

from linli.kernel.addresses import Door, read_address
from linli.register.interpret.model import Table

_BETWEEN = re.compile(r"\s{2,}|[,，;；、]|\s(?=[\u4e00-\u9fff]+[:：])")
_LABEL = re.compile(r"^[\u4e00-\u9fff]{1,6}[:：]\s*")


def read_card(filled: list[str], table: Table) -> tuple[Door, str | None] | None:
    """The door and the state that a line such as 1号101室 居住情况：自住 names; None if the line names no home.

    ``filled``: the texts of the line. Only for tables in which no column says where people live.
    """
    if not 1 <= len(filled) <= 4 or any(re.search(r"\d{7,}", text) for text in filled):
        return None
    parts = [part.strip() for text in filled for part in _BETWEEN.split(text) if part.strip()]
    said = [_LABEL.sub("", part) for part in parts]
    doors = (read_address(part, estate=table.estate) for part in said if re.search(r"\d", part))
    door = next((door for door in doors if door.building and door.room and not door.rest), None)
    if door is None:
        return None
    words = [
        part
        for part, whole in zip(said, parts, strict=True)
        if (part != whole or len(part) <= 8) and not re.search(r"\d", part)
    ]
    return door, next((state for word in words if (state := table.vocabulary.state_of(word))), None)
