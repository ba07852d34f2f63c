"""Search keys: every way in which an office looks for a name."""

from __future__ import annotations

import pytest

from linli.kernel.pinyin import is_rare, search_keys, sort_key


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("林知夏", "林知"), ("林知夏", "知夏"), ("林知夏", "linzhix"), ("林知夏", "lzx"), ("单小宁", "shanx"), ("单小宁", "sxn"),
        ("仇英", "qiuy"), ("曾国安", "zengg"), ("张重华", "zhangchonghua"), ("张重华", "zzh"), ("尉迟恭", "yuchigong"),
        ("陆䶮", "陆䶮"), ("吕布", "lvbu"), ("买买提·吐尔逊", "买买提·吐"), ("ROSSI, Marco", "marco"), ("Rossi Marco", "rossi"),
        ("欧阳修", "oyx"),
    ],
)  # fmt: skip
def test_a_name_is_found_by_its_beginning(name: str, typed: str) -> None:
    assert any(key.startswith(typed) for key in search_keys(name)), search_keys(name)


def test_keys_are_few_and_never_double() -> None:
    keys = search_keys("乐重单曾解查")
    assert len(keys) == len(set(keys)) < 60
    assert search_keys("  ") == []


def test_names_sort_by_sound_and_surname_readings_count() -> None:
    assert sorted(["张三", "安平", "单小宁", "仇英"], key=sort_key) == ["安平", "仇英", "单小宁", "张三"]


def test_a_rare_character_finds_the_name_wherever_it_stands() -> None:
    assert "䶮" in search_keys("陆䶮")
    assert "𠮷" in search_keys("陈祥𠮷")
    assert "伟" not in search_keys("王伟")
    assert [char for char in "王伟啊座亍䶮𠮷a1·" if is_rare(char)] == ["亍", "䶮", "𠮷"]
