"""Bytes of a text table as offices and airlines save it → the text and its encoding, found out from the bytes alone. Pure."""

from __future__ import annotations

from typing import Literal

Fault = Literal["binary", "cut_off", "unreadable"]
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_USUAL = {
    "big5hkscs": ("姓名", "地址", "號", "電話", "證", "關係", "性別", "住", "戶", "室", "國籍", "護照", "航班", "旅客"),
    "gb18030": ("姓名", "地址", "号", "电话", "证", "关系", "性别", "住", "户", "室", "国籍", "护照", "航班", "旅客"),
    "shift_jis": ("氏名", "住所", "電話", "番号", "性別", "国籍", "旅券", "座席", "生年月日"),
}
"""Words that a list has when it is read rightly."""


class Unreadable(ValueError):
    """``fault``: ``binary`` is no text, ``cut_off`` ends within a character, ``unreadable`` fits no encoding."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


def decode(data: bytes) -> tuple[str, str]:
    """(text, encoding). UTF-8 is tried before GB18030, because GB18030 accepts nearly everything. Raises :class:`Unreadable`."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding), encoding.removesuffix("-sig")
    head = data[:4000]
    if head.count(0) > len(head) // 8:
        little = head[1::2].count(0) >= head[0::2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
        return _strict(data, encoding), encoding
    if b"\x00" in data:
        raise Unreadable("binary")
    for encoding in ("utf-8", "gb18030", "big5hkscs"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _rather(data, text) if encoding == "gb18030" else (text, encoding.removesuffix("hkscs"))
    if sum(byte > 127 for byte in data) <= len(data) // 20:
        return data.decode("cp1252", "replace"), "cp1252"
    text = data.decode("gb18030", "replace")
    if text.count("\ufffd") > 20 + len(text) // 1000:
        raise Unreadable("unreadable")
    return text, "gb18030"


def _rather(data: bytes, text: str) -> tuple[str, str]:
    """GB18030 takes nearly any bytes: another it is where the usual words of a list appear only when read so."""
    best, found = sum(word in text for word in _USUAL["gb18030"]), (text, "gb18030")
    for encoding in ("big5hkscs", "shift_jis"):
        try:
            other = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        count = sum(word in other for word in _USUAL[encoding])
        if count > best:
            best, found = count, (other, encoding.removesuffix("hkscs"))
    return found


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as broken:
        raise Unreadable("cut_off") from broken
