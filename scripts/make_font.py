#!/usr/bin/env python3
"""Make the committed faces of src/linli/ui from Noto Sans CJK SC (OFL 1.1): fonts/ for print, static/ui/fonts/ for pages.

Needs, on the machine that makes them only: the system's Noto Sans CJK (Debian: fonts-noto-cjk), and fontTools,
pypinyin-dict and brotli. Same source and same versions give the same bytes; VENDORED.json records both.

    python scripts/make_font.py [--source FOLDER]
"""

import argparse
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools import version as fonttools_version
from fontTools.ttLib import TTFont
from pypinyin_dict.pinyin_data import ktghz2013

SOURCE = Path("/usr/share/fonts/opentype/noto")
UI = Path(__file__).resolve().parent.parent / "src" / "linli" / "ui"
TARGET = UI / "fonts"  # for print
WEB = UI / "static" / "ui" / "fonts"  # for pages, by names.css beside it
SC = 2  # the simplified Chinese face in Debian's collections
FAMILY = "Linli Sans"


def _decoded(codec: str, first: range, second: Iterable[int]) -> Iterator[int]:
    rows = list(second)
    for one in first:
        for two in rows:
            try:
                yield ord(bytes([one, two]).decode(codec))
            except (UnicodeDecodeError, TypeError):
                continue


def common() -> set[int]:
    """Return what both weights hold: Latin, punctuation, full-width forms, kana."""
    found = set(range(0x20, 0x7F)) | set(range(0xA0, 0x180)) | set(range(0x2010, 0x2040))
    found |= {0xFFFD, 0x2103, 0x2192, 0x2190, 0x2197, 0x25A0, 0x25A1, 0x25B2, 0x25B3, 0x25C6, 0x25C7, 0x25CB, 0x25CF}
    return found | set(range(0x3000, 0x3100)) | set(range(0xFF00, 0xFFF0)) | {0x2713, 0x2605, 0x2606, 0xB7, 0x20AC}


def general_standard() -> set[int]:
    """Return 通用规范汉字表 (2013): 8,105 characters."""
    return set(ktghz2013.pinyin_dict)


def gb2312() -> set[int]:
    """Return GB 2312 rows 1–9 and 16–87 (symbols, level 1 and 2)."""
    return set(_decoded("gb2312", range(0xA1, 0xF8), range(0xA1, 0xFF)))


def neighbours() -> set[int]:
    """Return what names from Taiwan, Hong Kong, Japan and Korea commonly need: Big5 level 1, JIS level 1, KS X 1001 Hangul."""
    low = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    big5 = set(_decoded("big5", range(0xA4, 0xC7), low))
    jis = set(_decoded("euc_jp", range(0xB0, 0xD0), range(0xA1, 0xFF)))
    hangul = set(_decoded("euc_kr", range(0xB0, 0xC9), range(0xA1, 0xFF)))
    return big5 | jis | hangul


def beyond_gbk(cmap: Iterable[int]) -> set[int]:
    """Return the ideographs of the source that GBK lacks and the general standard or a name may need."""
    ideographs = {one for one in cmap if 0x3400 <= one <= 0x9FFF or 0x20000 <= one <= 0x3FFFF}
    return {one for one in ideographs if not _in_gbk(one)}


def _in_gbk(point: int) -> bool:
    try:
        chr(point).encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def make(source: Path, points: set[int], out: Path, *, style: str, flavor: str | None = None) -> dict[str, Any]:
    """Write the subset of `points` to `out` and return its line for VENDORED.json."""
    options = subset.Options()
    options.layout_features = []
    options.desubroutinize = False  # subroutines make the committed file a third smaller
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.recalc_timestamp = False
    options.flavor = flavor
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    font = TTFont(source, fontNumber=SC, lazy=True, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    _rename(font, style)
    subset.save_font(font, str(out), options)
    held = len(TTFont(out, lazy=True).getBestCmap())
    data = out.read_bytes()
    return {
        "file": str(out.relative_to(UI)),
        "characters": held,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def _rename(font: TTFont, style: str) -> None:
    """Give the subset its own name: it must not be taken for the whole font, nor clash with an installed one."""
    names = font["name"]
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    values = {1: FAMILY, 2: style, 3: f"{postscript};subset", 4: f"{FAMILY} {style}", 6: postscript}
    names.names = [record for record in names.names if record.platformID == 3 and record.langID == 0x409]
    for name_id, value in values.items():
        names.setName(value, name_id, 3, 1, 0x409)
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames = [postscript]
        cff.topDictIndex[0].FullName = f"{FAMILY} {style}"
        cff.topDictIndex[0].FamilyName = FAMILY


def main() -> None:
    """Make the three faces and VENDORED.json."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=SOURCE)
    source: Path = parser.parse_args().source
    regular, bold = source / "NotoSansCJK-Regular.ttc", source / "NotoSansCJK-Bold.ttc"
    cmap = TTFont(regular, fontNumber=SC, lazy=True).getBestCmap()
    names = general_standard() | gb2312() | common() | neighbours()
    for folder in (TARGET, WEB):
        folder.mkdir(parents=True, exist_ok=True)
    rare = beyond_gbk(cmap)
    web = {one for one in rare if one in names or 0x4E00 <= one <= 0x9FFF or one > 0xFFFF}
    files = [
        make(regular, names | web, TARGET / "LinliSans-Regular.otf", style="Regular"),
        make(bold, common() | gb2312_level_1(), TARGET / "LinliSans-Bold.otf", style="Bold"),
        make(regular, web, WEB / "linli-names.woff2", style="Names", flavor="woff2"),
    ]
    version = TTFont(regular, fontNumber=SC, lazy=True)["name"].getDebugName(5)
    record = {
        "from": "Noto Sans CJK SC, Debian package fonts-noto-cjk",
        "version": version,
        "licence": "SIL Open Font License 1.1 (OFL.txt)",
        "made_by": f"scripts/make_font.py, fontTools {fonttools_version}",
        "files": files,
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    (TARGET / "VENDORED.json").write_text(text, encoding="utf-8")
    print(text)


def gb2312_level_1() -> set[int]:
    """Return GB 2312 level 1: the 3,755 characters of daily use."""
    return set(_decoded("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)))


if __name__ == "__main__":
    main()
