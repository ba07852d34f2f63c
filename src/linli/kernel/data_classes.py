"""Data classes: what kind of data a table holds, how sensitive it is, and how long it may be kept.

Sources: PIPL art. 28 (sensitive: health, movement track, minors under 14), art. 19 and 47 (shortest retention), HOUSE.md
("Passages are location history: 14 days, then hourly counts").
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DataClass:
    """A kind of data. ``days`` is the longest retention in whole days inside an operation; None = as long as the register lives."""

    code: str
    english: str
    chinese: str
    sensitive: bool
    days: int | None


PASSAGE = DataClass("passage", "passages at gates", "出入记录", True, 14)
TEMPERATURE = DataClass("temperature", "temperatures", "体温", True, 14)
PLATE = DataClass("plate", "vehicle plates", "车牌", False, 14)
ANSWERS = DataClass("answers", "answers to health questions", "健康询问", True, 14)
DETAILS = DataClass("details", "what visitors say of themselves", "来访者自述", True, 14)
RETURNEE = DataClass("returnee", "registrations of people arriving", "返回人员登记", True, 30)
RAW_UPLOAD = DataClass("raw_upload", "uploaded files and batches", "上传的原始文件", True, 30)
REGISTER = DataClass("register", "household register", "住户登记", False, None)
DOCUMENT = DataClass("document", "document numbers", "证件号码", True, None)
PHONE = DataClass("phone", "phone numbers", "电话号码", False, None)

ALL: dict[str, DataClass] = {
    c.code: c for c in (PASSAGE, TEMPERATURE, PLATE, ANSWERS, DETAILS, RETURNEE, RAW_UPLOAD, REGISTER, DOCUMENT, PHONE)
}
