"""Translations are complete, nothing is put together inside gettext; and a gap is noticed."""

from __future__ import annotations

import io
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po as babel_read_po
from scripts.compile_messages import PoError, compile_all, mo_bytes, read_po

from tests.shape.paths import CODE, nothing, tree
from tests.support import messages

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'


def test_every_text_has_its_chinese() -> None:
    nothing(messages.untranslated(CODE))


def test_the_scripts_speak_both_languages() -> None:
    nothing(messages.js_untranslated(CODE))


def test_catalogues_compile_as_babel_compiles_them() -> None:
    catalogues = sorted(CODE.glob("*/locale/zh_Hans/LC_MESSAGES/django.po"))
    assert catalogues
    for path in catalogues:
        theirs = io.BytesIO()
        with path.open("rb") as file:
            write_mo(theirs, babel_read_po(file, locale="zh_Hans"))
        theirs.seek(0)
        expected = answers(GNUTranslations(theirs))
        assert answers(GNUTranslations(io.BytesIO(mo_bytes(read_po(path))))) == expected


def answers(catalogue: GNUTranslations) -> dict[object, str]:
    """Every message and its answer, without the header; Babel writes the English where there is no answer yet."""
    found = vars(catalogue)["_catalog"].items()
    return {key: text for key, text in found if key and text not in (key, key[0])}


def po(app: str, *entries: str) -> dict[str, str]:
    """A catalogue file of a small tree."""
    return {f"{app}/locale/zh_Hans/LC_MESSAGES/django.po": HEAD + "\n\n".join(entries) + "\n"}


def test_gaps_are_noticed(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "gates/views.py": (
                'a = _("Known")\nb = _("Unknown")\nc = gettext(f"Hello {name}")\nd = ngettext("one", "many", n)\n'
                'e = _("Hello %s" % name)\nf = Refusal("gates.x", "Not %(day)s.")\ng = _("Fuzzy")\nh = _(variable)\n'
            ),
            "gates/templates/gates/page.html": (
                '{% load i18n %}{% translate "Template" %}{% blocktranslate count n=n %}{{ n }} card{% plural %}'
                '{{ n }} cards{% endblocktranslate %}{% include "x.html" with t=_("Tagged") %}'
            ),
            **po(
                "gates",
                'msgid "Known"\nmsgstr "已知！"',
                'msgid "Not %(day)s."\nmsgstr "不行"',
                '#, fuzzy\nmsgid "Fuzzy"\nmsgstr "模糊"',
                'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "多"',
                'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "许多"',
            ),
        },
    )
    found = sorted((finding.text for finding in messages.untranslated(root)), key=str)
    assert found == sorted(
        [
            "exclamation mark: '已知！'",
            "f-string inside gettext()",
            "text put together inside _()",
            "fuzzy: 'Fuzzy'",
            "answered twice: 'one'",
            "not in gates's catalogue: '%(n)s card'",
            "not in gates's catalogue: 'Tagged'",
            "not in gates's catalogue: 'Template'",
            "not in gates's catalogue: 'Unknown'",
            "open places differ: 'Not %(day)s.' → '不行'",
        ],
        key=str,
    )


def test_another_apps_catalogue_does_not_count(tmp_path: Path) -> None:
    files = {"gates/x.py": '_("Known")\n', "ui/x.py": "", **po("ui", 'msgid "Known"\nmsgstr "已知"')}
    assert [finding.path for finding in messages.untranslated(tree(tmp_path, files))] == ["gates/x.py"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('const W = {\n  "zh-Hans": {\n    a: "甲",\n  },\n  en: {\n    a: "A",\n  },\n};\n', []),
        ('const W = {\n  "zh-Hans": {\n    a: "甲",\n  },\n  en: {\n    b: "B",\n  },\n};\n', ["a", "b"]),
        (
            'const W = {\n  "zh-Hans": {\n    a: "{n}甲",\n  },\n  en: {\n    a: "A",\n  },\n};\n',
            ["open places differ: a"],
        ),
    ],
)
def test_gaps_in_scripts_are_noticed(tmp_path: Path, words: str, expected: list[str]) -> None:
    root = tree(tmp_path, {"scanner/static/scanner/messages.js": words})
    found = [finding.text for finding in messages.js_untranslated(root)]
    assert [text.removeprefix("only in one language: ") for text in found] == expected


def test_a_broken_catalogue_is_named_with_its_line(tmp_path: Path) -> None:
    root = tree(tmp_path, {"gates/locale/zh_Hans/LC_MESSAGES/django.po": 'msgid "a"\nmsgstr "b\n'})
    with pytest.raises(PoError, match=r"django\.po:2"):
        compile_all(root)
