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
JOURNEY = DataClass("transfer", "journeys of people who arrive", "到达人员的行程", True, 30)
RAW_UPLOAD = DataClass("raw_upload", "uploaded files and batches", "上传的原始文件", True, 30)
QUARANTINE = DataClass("quarantine", "home quarantine", "居家隔离", True, 30)
READING = DataClass("reading", "readings of those in care", "关怀对象的体温和症状", True, 14)
FOLLOW_UP = DataClass("journey", "follow-up of journeys", "行程跟进", True, 30)
ERRAND = DataClass("errand", "errands for those at home", "代办", False, 30)
ALONE = DataClass("alone", "care for people who live alone", "独居关怀", True, 30)
DISABLED = DataClass("disabled", "care for people who get about with difficulty", "行动不便关怀", True, 30)
PREGNANT = DataClass("pregnant", "care before and after a birth", "孕产关怀", True, 30)
MEDICINE = DataClass("medicine", "care for people on regular medicine", "长期用药关怀", True, 30)
HARDSHIP = DataClass("hardship", "care in hardship", "困难关怀", True, 30)
CHILD_ALONE = DataClass("child_alone", "care for children who are alone", "儿童独自在家关怀", True, 30)
REGISTER = DataClass("register", "household register", "住户登记", False, None)
DOCUMENT = DataClass("document", "document numbers", "证件号码", True, None)
PHONE = DataClass("phone", "phone numbers", "电话号码", False, None)

CARE = (QUARANTINE, READING, FOLLOW_UP, ERRAND, ALONE, DISABLED, PREGNANT, MEDICINE, HARDSHIP, CHILD_ALONE)
"""Each kind of care is a class of its own: days after the case is closed, inside an operation as in quiet years."""

ALL: dict[str, DataClass] = {
    c.code: c
    for c in (
        PASSAGE,
        TEMPERATURE,
        PLATE,
        ANSWERS,
        DETAILS,
        RETURNEE,
        JOURNEY,
        *CARE,
        RAW_UPLOAD,
        REGISTER,
        DOCUMENT,
        PHONE,
    )
}
