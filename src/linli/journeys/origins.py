"""From where a flight comes, as lists and chats write it → the country of its last leg, for a person to look at (T12).

``data/origins.toml``. A journey is a ground, a nationality never is: nothing here looks at who somebody is.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

_ENDS = re.compile(r"(?:国际)?(?:机场|航站楼)$")


def country_of(origin: str) -> str:
    """ISO code of the country: FRA, 法兰克福, Frankfurt/Main are DE; empty for what is not known, or could be two."""
    text = _plain(origin)
    if not text:
        return ""
    known = _known()
    if (whole := known.get(_ENDS.sub("", text))) is not None:
        return whole
    words = [one for one in re.split(r"[^0-9a-z\u3400-\u9fff]+", text) if one]
    found = {known[one] for one in (*words, *(_ENDS.sub("", one) for one in words)) if one in known}
    return found.pop() if len(found) == 1 else ""


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).lower().split())


@lru_cache(maxsize=1)
def _known() -> Mapping[str, str]:
    table = tomllib.loads(files("linli.journeys").joinpath("data", "origins.toml").read_text("utf-8"))
    return {_plain(name): country for country, names in table.items() for name in names}
