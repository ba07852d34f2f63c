"""Docs under test: what the code has, the page about it must name."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

from tests.support.code import Finding, sources

SETTING = re.compile(r"^LINLI_[A-Z][A-Z0-9_]*$")


def missing_words(page: Path, words: Iterable[str], what: str) -> list[Finding]:
    """Words that the page does not name, as whole words; the page itself if it is missing."""
    if not page.exists():
        return [Finding(page.name, 1, f"there is no such page; it should name every {what}")]
    text = page.read_text(encoding="utf-8")
    return [
        Finding(page.name, 1, f"does not name the {what} {word}")
        for word in sorted(set(words))
        if not re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text)
    ]


def settings_read(root: Path) -> set[str]:
    """Every `LINLI_…` that the code mentions: environment variables and Django settings."""
    found: set[str] = set()
    for source in sources(root):
        if source.in_tests():
            continue
        for node in source.nodes:
            names = []
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names = [node.value]
            elif isinstance(node, ast.Name):
                names = [node.id]
            elif isinstance(node, ast.Attribute):
                names = [node.attr]
            found.update(name for name in names if SETTING.match(name))
    return found


def verbs(root: Path) -> set[str]:
    """`linli` verbs: the management commands, with dashes."""
    files = root.glob("*/management/commands/*.py")
    return {"linli " + path.stem.replace("_", "-") for path in files if not path.stem.startswith("_")}


def runtime_packages(pyproject: Path) -> set[str]:
    """The packages Linli itself asks for, extras included."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *(name for extra in project.get("optional-dependencies", {}).values() for name in extra),
    ]
    return {re.split(r"[\[<>=~! ;]", name)[0] for name in asked}


def undecided(decisions: Path, packages: set[str]) -> list[Finding]:
    """Runtime packages that no decision record names."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(decisions.glob("[0-9]*.md"))).lower()
    return [
        Finding(decisions.name, 1, f"no decision names the package {name}")
        for name in sorted(packages)
        if not re.search(rf"(?<![\w-]){re.escape(name.lower())}(?![\w-])", text)
    ]


def badly_numbered(decisions: Path) -> list[Finding]:
    """Decision records without a number of their own, or without a title."""
    found: list[Finding] = []
    seen: dict[str, str] = {}
    for path in sorted(decisions.glob("*.md")):
        match = re.match(r"(\d{4})-[a-z0-9-]+\.md$", path.name)
        if path.name == "README.md":
            continue
        if not match:
            found.append(Finding(path.name, 1, "the name is not NNNN-title.md"))
        elif match.group(1) in seen:
            found.append(Finding(path.name, 1, f"the number is taken by {seen[match.group(1)]}"))
        else:
            seen[match.group(1)] = path.name
        if not path.read_text(encoding="utf-8").startswith("# "):
            found.append(Finding(path.name, 1, "starts without a title"))
    return found


def unlisted(decisions: Path) -> list[Finding]:
    """Decision records to which the folder's index has no line."""
    index = (decisions / "README.md").read_text(encoding="utf-8")
    return [
        Finding(path.name, 1, "docs/decisions/README.md has no line for it")
        for path in sorted(decisions.glob("[0-9]*.md"))
        if f"({path.name})" not in index
    ]


def dead_links(root: Path, pages: Iterable[Path]) -> list[Finding]:
    """Relative links of Markdown pages that lead nowhere in the repository."""
    found = []
    for page in pages:
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", line):
                if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists():
                    found.append(Finding(page.relative_to(root).as_posix(), number, f"link leads nowhere: {target}"))
    return found
