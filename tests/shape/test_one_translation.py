"""One text, one translation: Django merges the apps' catalogues, so of two answers to one text the order of the apps would choose."""

from __future__ import annotations

from pathlib import Path

from babel.messages.pofile import read_po

from tests.shape.paths import CODE, nothing, tree
from tests.support.code import Finding

CATALOGUES = "*/locale/*/LC_MESSAGES/*.po"


def contradictions(code: Path) -> list[Finding]:
    """Texts (with their context) that two catalogues of one language and domain answer differently."""
    first: dict[tuple[str, ...], tuple[object, str]] = {}
    found = []
    for path in sorted(code.glob(CATALOGUES)):
        with path.open("rb") as file:
            messages = [message for message in read_po(file, locale=path.parts[-3]) if message.id and message.string]
        for message in messages:
            text = message.id if isinstance(message.id, str) else message.id[0]
            strings = message.string if isinstance(message.string, str) else tuple(message.string or ())
            key = (path.parts[-3], path.name, message.context or "", text)
            known, app = first.setdefault(key, (strings, path.parts[-5]))
            if known != strings:
                found.append(Finding(f"{path.parts[-5]} and {app}", 1, f"{text!r}: {strings!r} and {known!r}"))
    return found


def test_no_text_is_translated_in_two_ways() -> None:
    assert len(list(CODE.glob(CATALOGUES))) > 5
    nothing(contradictions(CODE))


def test_two_translations_of_one_text_are_noticed_and_contexts_are_two_texts(tmp_path: Path) -> None:
    one = 'msgid "Gates"\nmsgstr "门岗"\n\nmsgctxt "journal"\nmsgid "Who"\nmsgstr "操作人"\n'
    other = 'msgid "Gates"\nmsgstr "大门"\n\nmsgid "Who"\nmsgstr "谁"\n'
    place = "locale/zh_Hans/LC_MESSAGES/django.po"
    tree(tmp_path, {f"rounds/{place}": one, f"stores/{place}": other})
    assert [(f.path, f.text.split(":")[0]) for f in contradictions(tmp_path)] == [("stores and rounds", "'Gates'")]


def test_who_answers_for_a_household_is_named_by_one_word() -> None:
    wrong = [
        Finding(str(path.relative_to(CODE)), number, line)
        for path in CODE.glob(CATALOGUES)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.startswith("msgstr") and "负责人" in line and "门岗负责人" not in line
    ]
    nothing(wrong)
