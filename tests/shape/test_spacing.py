"""A space stands between a figure and a Chinese character: 共 3 户, not 共3户; ``tests.support.spacing`` says what stands close."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.shape.paths import CODE, nothing, tree
from tests.shape.test_one_translation import CATALOGUES
from tests.support.code import Finding
from tests.support.spacing import NAMES_IN, touching


def unspaced(code: Path) -> list[Finding]:
    """Chinese answers of the catalogues in which a figure touches a character."""
    found = []
    for path in sorted(code.glob(CATALOGUES)):
        with path.open("rb") as file:
            messages = [one for one in read_po(file, locale=path.parts[-3]) if one.id and one.string]
        for one in messages:
            answers = (one.string,) if isinstance(one.string, str) else one.string or ()
            said = one.id if isinstance(one.id, str) else one.id[0]
            wrong = [figure for text in answers for figure in touching(text)]
            if wrong and said not in NAMES_IN:
                found.append(Finding(path.parts[-5], one.lineno or 1, f"{answers[0]}: {wrong}"))
    return found


def test_figures_stand_apart_from_characters() -> None:
    assert len(list(CODE.glob(CATALOGUES))) > 5
    nothing(unspaced(CODE))


def test_a_figure_that_touches_is_noticed(tmp_path: Path) -> None:
    text = 'msgid "%(n)s homes"\nmsgstr "共%(n)s户"\n\nmsgid "%(n)s doors"\nmsgstr "共 %(n)s 扇门"\n'
    tree(tmp_path, {"rounds/locale/zh_Hans/LC_MESSAGES/django.po": text})
    assert [(one.path, one.text.split(":")[0]) for one in unspaced(tmp_path)] == [("rounds", "共%(n)s户")]


@pytest.mark.parametrize(
    "text", ["未满14岁", "共%(count)s 条", "至%(at)s", "Excel表", "50%%的人", "共 %(n)s户", "（3人）"]
)
def test_what_touches(text: str) -> None:
    assert touching(text)


@pytest.mark.parametrize(
    "text",
    [
        "未满 14 岁", "%(name)s负责 %(n)s 户", "个人信息保护法第13条第1款第1、3项", "第15、46至48条", "第%(n)s位",
        "3月13日、3月底、2019年9月",
        "昨天晚上、7点25分左右", "泉口花苑 7号302室", "例如虹古路1597弄；", "约%(year)s年", "在 14:30 以前", "<strong>3</strong>户",
    ],
)  # fmt: skip
def test_what_stands_close_or_apart_rightly(text: str) -> None:
    assert touching(text) == []
