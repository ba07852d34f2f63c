"""The floors of the house where the import linter cannot see: foreign keys, strings, templates, URLs, migrations."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.support.code import Finding, Source, name_of, sources

FLOORS: dict[str, float] = {
    "kernel": 0,
    "ui": 0,
    "vault": 1,
    "journal": 1,
    "accounts": 1,
    "ground": 2,
    "operations": 2.5,
    "inbox": 2.5,
    "notices": 2.5,
    "register": 3,
    "gates": 3,
    "tenancies": 3,
    "returnees": 3,
    "rounds": 3,
    "duties": 3,
    "journeys": 3,
    "care": 3,
    "procedures": 4,
    "briefing": 4,
    "site": 5,
    "scanner": 5,
}
INDEPENDENT = (2.5, 3, 4)
"""Floors whose apps do not know each other; on the others cycles are refused by the import contracts."""

TEMPLATE_WORD = re.compile(r"""{%\s*(include|extends|url|load)\s+(.*?)\s*%}""")
QUOTED = re.compile(r"""^["']([^"']+)["']""")
BY_NAME = frozenset({"reverse", "reverse_lazy", "redirect", "resolve_url"})
BY_TEMPLATE = frozenset({"render", "render_to_string", "get_template", "select_template", "TemplateResponse"})


def may_use(user: str, used: str) -> bool:
    """Whether app `user` may name app `used`: itself, a lower floor, or a neighbour on a floor that allows it."""
    if user == used or used not in FLOORS:
        return True
    if user not in FLOORS:
        return False
    if FLOORS[user] == FLOORS[used]:
        return FLOORS[user] not in INDEPENDENT
    return FLOORS[used] < FLOORS[user]


def _text(user: str, used: str, how: str) -> str:
    return f"{user} (floor {FLOORS.get(user)}) {how} {used} (floor {FLOORS[used]})"


def apps_in(root: Path) -> set[str]:
    """The apps of a source tree: its folders with Python files."""
    return {path.parent.name for path in root.glob("*/__init__.py")}


def unknown_apps(root: Path) -> list[Finding]:
    """Apps that stand on no floor."""
    return [Finding(app, 1, "stands on no floor: add it to FLOORS") for app in sorted(apps_in(root) - FLOORS.keys())]


def relations(models: Iterable[Any]) -> list[Finding]:
    """Foreign keys and many-to-many fields that point up or across."""
    found = []
    for model in models:
        for field in (*model._meta.fields, *model._meta.many_to_many):
            target = field.related_model
            if target and not may_use(model._meta.app_label, target._meta.app_label):
                text = _text(model._meta.app_label, target._meta.app_label, f"{field.name} points to")
                found.append(Finding(model._meta.label, 1, text))
    return found


def migrations(root: Path) -> list[Finding]:
    """Migrations that depend on an app above or across."""
    found = []
    for source in sources(root):
        parts = Path(source.path).parts
        if "migrations" not in parts:
            continue
        for node in source.nodes:
            if not (isinstance(node, ast.Assign) and any(name_of(target) == "dependencies" for target in node.targets)):
                continue
            for pair in getattr(node.value, "elts", []):
                labels = [str(item.value) for item in getattr(pair, "elts", []) if isinstance(item, ast.Constant)]
                if labels and not may_use(parts[0], labels[0]):
                    found.append(source.finding(pair, _text(parts[0], labels[0], "migration depends on")))
    return found


def model_strings(root: Path) -> list[Finding]:
    """`get_model("app", …)` and `get_model("app.Model")` that reach up or across; tests may."""
    found = []
    for source in sources(root):
        for node in _calls(source, {"get_model"}):
            app = _first_string(node).partition(".")[0]
            user = Path(source.path).parts[0]
            if app and not may_use(user, app):
                found.append(source.finding(node, _text(user, app, "get_model of")))
    return found


def _calls(source: Source, names: set[str] | frozenset[str]) -> Iterator[ast.Call]:
    if source.in_tests():
        return
    for node in source.nodes:
        if isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2] in names:
            yield node


def _first_string(node: ast.Call) -> str:
    return next((a.value for a in node.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)), "")


def template_owner(root: Path) -> dict[str, str]:
    """Template name → the app it belongs to."""
    return {
        path.relative_to(folder).as_posix(): folder.parent.name
        for folder in sorted(root.glob("*/templates"))
        for path in folder.rglob("*")
        if path.is_file()
    }


def tag_owner(root: Path) -> dict[str, str]:
    """Template tag library → the app it belongs to."""
    return {path.stem: path.parent.parent.name for path in root.glob("*/templatetags/*.py") if path.stem != "__init__"}


def templates(root: Path, route_owner: dict[str, str]) -> list[Finding]:
    """Templates that include, extend, load or link something of an app above or across.

    `route_owner` maps URL names without a namespace to their app; a namespace is the app's own name. Templates and
    addresses named in Python (`render`, `reverse`, `redirect`) follow the same rule.
    """
    owners, libraries, found = template_owner(root), tag_owner(root), []
    for path in sorted(root.glob("*/templates/**/*")):
        if path.suffix not in (".html", ".txt", ".svg", ".js", ".webmanifest"):
            continue
        name, user = path.relative_to(root).as_posix(), path.relative_to(root).parts[0]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for word, rest in TEMPLATE_WORD.findall(line):
                for used in _used(word, rest, owners, libraries, route_owner):
                    if not may_use(user, used):
                        found.append(Finding(name, number, _text(user, used, f"{{% {word} %}} of")))
    return found + _python_names(root, owners, route_owner)


def _used(word: str, rest: str, owners: dict[str, str], libraries: dict[str, str], routes: dict[str, str]) -> list[str]:
    if word == "load":
        return [libraries[name] for name in rest.split() if name in libraries]
    quoted = QUOTED.match(rest)
    if not quoted:
        return []
    name = quoted.group(1)
    if word == "url":
        return [_route(name, routes)]
    return [owners[name]] if name in owners else []


def _route(name: str, routes: dict[str, str]) -> str:
    space = name.partition(":")[0]
    return routes.get(f"{space}:", space) if ":" in name else routes.get(name, name)


def _python_names(root: Path, owners: dict[str, str], routes: dict[str, str]) -> list[Finding]:
    found = []
    for source in sources(root):
        user = Path(source.path).parts[0]
        for node in _calls(source, BY_NAME | BY_TEMPLATE):
            name = _first_string(node)
            called = name_of(node.func).rpartition(".")[2]
            used = owners.get(name, "") if called in BY_TEMPLATE else _route(name, routes)
            if not may_use(user, used):
                found.append(source.finding(node, _text(user, used, f"{called}() of")))
    return found


def route_owners(patterns: Iterable[Any], owner: str = "site") -> dict[str, str]:
    """URL names without a namespace, and namespaces with their colon → the app whose view they call."""
    owners: dict[str, str] = {}
    for entry in patterns:
        if hasattr(entry, "url_patterns"):
            inner = route_owners(entry.url_patterns, owner)
            if not entry.namespace:
                owners.update(inner)
            elif inner:
                owners[f"{entry.namespace}:"] = next(iter(inner.values()))
        elif entry.name:
            module = getattr(entry.callback, "view_class", entry.callback).__module__
            parts = module.split(".")
            owners[entry.name] = parts[1] if parts[0] == "linli" else owner
    return owners
