"""Bytes of a list → its text, whatever it was saved as."""

from __future__ import annotations

import pytest

from linli.kernel.text_bytes import Unreadable, decode

HANDWRITTEN = "序号,姓名,地址\n1,TANG/ZHENYING,虹古路1597弄\n"


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (HANDWRITTEN, "utf-8", "utf-8"),
        (HANDWRITTEN, "utf-8-sig", "utf-8"),
        (HANDWRITTEN, "gb18030", "gb18030"),
        (HANDWRITTEN, "utf-16", "utf-16"),
        (HANDWRITTEN, "utf-16-le", "utf-16-le"),
        (HANDWRITTEN, "utf-16-be", "utf-16-be"),
        ("序號,姓名,護照,國籍,地址,電話\n1,王小明,EZ1,TWN,虹橋路,無\n", "big5", "big5"),
        ("番号,氏名,性別,国籍,旅券番号,生年月日,住所,電話\n1,佐藤,男,JPN,TZ1,1980,上海,無\n", "shift_jis", "shift_jis"),
        ("No,Name,Address\n" + "1,MULLER/JAN,Ginkgo Bay Villas No. 52\n" * 5 + "2,LÉA/É,Über 1\n", "cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found_out(text: str, encoding: str, found: str) -> None:
    assert decode(text.encode(encoding)) == (text, found)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"No,Name,Passport,Seat\x00Address", "binary"),
        (b"\xff\xfeN\x00o", "cut_off"),
        (b"\xef\xbb\xbf\xe5\xa7", "cut_off"),
        (b"\xff\xff\x80" * 90, "unreadable"),
    ],
)
def test_what_is_no_text_says_how(data: bytes, fault: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert caught.value.fault == fault
