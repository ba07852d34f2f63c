"""Docs under test: every model, right, setting, verb and package has its line; and a missing one is noticed."""

from __future__ import annotations

from pathlib import Path

from django.apps import apps

from linli.ground.capacities import CAPACITIES, RIGHTS
from linli.ground.figures import registered
from tests.shape.paths import CODE, DOCS, ROOT, nothing, tree
from tests.support import papers


def test_the_glossary_names_every_model() -> None:
    models = [m._meta.label for m in apps.get_models() if m.__module__.startswith("linli.")]
    nothing(papers.missing_words(DOCS / "glossary.md", models, "model"))


def test_the_permissions_page_names_every_right_and_capacity() -> None:
    nothing(papers.missing_words(DOCS / "permissions.md", RIGHTS, "right"))
    nothing(papers.missing_words(DOCS / "permissions.md", CAPACITIES, "capacity"))


def test_the_settings_page_names_every_setting() -> None:
    nothing(papers.missing_words(DOCS / "settings.md", papers.settings_read(CODE), "setting"))


def test_the_command_page_names_every_verb() -> None:
    nothing(papers.missing_words(DOCS / "cli.md", papers.verbs(CODE), "verb"))


def test_the_figures_page_has_an_entry_for_every_figure() -> None:
    nothing(papers.missing_words(DOCS / "figures.md", {one.code for one in registered()}, "figure"))


def test_every_package_was_decided_upon() -> None:
    nothing(papers.undecided(DOCS / "decisions", papers.runtime_packages(ROOT / "pyproject.toml")))


def test_decisions_have_numbers_of_their_own() -> None:
    nothing(papers.badly_numbered(DOCS / "decisions"))


def test_every_decision_stands_in_the_index() -> None:
    nothing(papers.unlisted(DOCS / "decisions"))


def test_links_between_pages_lead_somewhere() -> None:
    nothing(papers.dead_links(ROOT, [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *CODE.glob("*/README.md")]))


def test_a_missing_line_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "cli.md"
    page.write_text("`linli serve` and LINLI_DATABASE\n")
    assert [f.text for f in papers.missing_words(page, {"linli serve", "linli purge"}, "verb")] == [
        "does not name the verb linli purge"
    ]
    assert papers.missing_words(page, {"LINLI_DATA"}, "setting")
    assert papers.missing_words(tmp_path / "none.md", {"x"}, "setting")


def test_settings_and_verbs_are_found(tmp_path: Path) -> None:
    files = {
        "site/s.py": 'import os\nLINLI_NAV = os.environ["LINLI_DATA"]\n',
        "site/management/commands/print_it.py": "",
    }
    root = tree(tmp_path, files)
    assert papers.settings_read(root) == {"LINLI_NAV", "LINLI_DATA"}
    assert papers.verbs(root) == {"linli print-it"}


def test_an_undecided_package_and_a_doubled_number_are_noticed(tmp_path: Path) -> None:
    (tmp_path / "0001-a.md").write_text("# A\n\n`segno` makes QR codes.\n")
    (tmp_path / "0001-b.md").write_text("no title\n")
    assert [f.text for f in papers.undecided(tmp_path, {"segno", "typst"})] == ["no decision names the package typst"]
    assert len(papers.badly_numbered(tmp_path)) == 2
    (tmp_path / "README.md").write_text("- [0001](0001-a.md) A\n")
    assert [f.path for f in papers.unlisted(tmp_path)] == ["0001-b.md"]


def test_a_dead_link_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("[b](b.md) [a](a.md#x) [w](https://example.org)\n")
    assert [f.text for f in papers.dead_links(tmp_path, [tmp_path / "a.md"])] == ["link leads nowhere: b.md"]
