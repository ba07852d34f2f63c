"""Codes of official divisions (GB/T 2260, GB/T 10114 and the statistical codes of committees): 2, 4, 6, 9 or 12 digits."""

from __future__ import annotations

import re
import unicodedata

LEVELS = (2, 4, 6, 9, 12)
KINDS = {2: "province", 4: "city", 6: "district", 9: "subdistrict", 12: "committee"}
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
URBAN_RURAL = frozenset({"111", "112", "121", "122", "123", "210", "220"})
"""Statistical classes of committees: main urban area, where it joins the country, town centre …, village."""
PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省", "22": "吉林省",
    "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省",
    "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区", "71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}  # fmt: skip


def read_code(raw: object) -> str | None:
    """A cell as a code without the zeros that only fill it up: 310101000000 → 310101. None when it is no code of a division.

    Understands what spreadsheets make of codes: ``310101002001.0``, ``3.10101002001E+11``, blanks, full-width digits, an apostrophe.
    """
    text = re.sub(r"[\s'`\u200b\ufeff]+", "", unicodedata.normalize("NFKC", str(raw)))
    if re.fullmatch(r"\d+\.0+", text):
        text = text.split(".")[0]
    elif re.fullmatch(r"\d(\.\d+)?E\+?\d{1,2}", text, re.IGNORECASE):
        number = float(text)
        text = str(int(number)) if number < 1e15 else ""
    if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", text) or text[:2] not in PROVINCES:
        return None
    return shortened(text)


def shortened(code: str) -> str:
    """Without the groups of zeros at the end: 310101002000 → 310101002, 441900 → 4419."""
    for length in (12, 9, 6, 4):
        part = {12: 3, 9: 3, 6: 2, 4: 2}[length]
        if len(code) == length and code.endswith("0" * part):
            code = code[:-part]
    return code


def above(code: str) -> str | None:
    """The code of what a place is part of; None for a province. 310101 → 31: the row 市辖区 of a municipality is no place."""
    lengths = [length for length in LEVELS if length < len(code)]
    if not lengths:
        return None
    up = shortened(code[: lengths[-1]])
    return up[:2] if len(up) == 4 and up[:2] in MUNICIPALITIES else up


def district_of(code: str) -> str:
    """The district (or the city without districts) in which a street or committee lies."""
    return shortened(code[:6])
