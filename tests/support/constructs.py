"""Constructs the house does without (rule 4), and tests that test nothing."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.support.code import FUNCTIONS, Finding, Source, name_of, sources

SIGNAL_MODULES = (
    "django.db.models.signals",
    "django.core.signals",
    "django.contrib.auth.signals",
    "django.db.backends.signals",
    "django.dispatch",
    "axes.signals",
)
RAW_NAMES = frozenset({"planned_cursor", "RawSQL", "RunSQL"})
RAW_CALLS = frozenset({"raw", "cursor", "extra", "executescript", "executemany"})


def signals(root: Path, post_migrate_in: frozenset[str]) -> list[Finding]:
    """Signals; only `post_migrate`, and only in the named files (it reinstalls the append-only triggers)."""
    found = []
    for source in sources(root):
        for node in source.nodes:
            if not isinstance(node, ast.ImportFrom) or node.module not in SIGNAL_MODULES:
                continue
            for alias in node.names:
                if alias.name != "post_migrate" or source.path not in post_migrate_in:
                    found.append(source.finding(node, f"signal {alias.name}: write the consequence in the action"))
    return found


def overrides(root: Path) -> list[Finding]:
    """`save`, `delete` or `asave` written in a class that is no form: actions are the only writers."""
    found = []
    for source in sources(root):
        for node in source.nodes:
            if not isinstance(node, ast.ClassDef) or any("Form" in name_of(base) for base in node.bases):
                continue
            if not node.bases and not node.name.endswith("Model"):
                continue
            for child in node.body:
                if isinstance(child, FUNCTIONS) and child.name in ("save", "asave", "delete", "adelete"):
                    found.append(source.finding(child, f"{node.name}.{child.name}() overridden: write an action"))
    return found


def generic_relations(root: Path) -> list[Finding]:
    """GenericForeignKey and its relatives."""
    names = {"GenericForeignKey", "GenericRelation", "GenericPrefetch"}
    return [
        source.finding(node, f"{node.name} instead of a subject (app, id) of ground")
        for source in sources(root)
        for node in source.nodes
        if isinstance(node, ast.alias) and node.name in names
    ]


def raw_sql(root: Path, allowed: Mapping[str, str]) -> list[Finding]:
    """SQL by hand outside the documented helpers; `allowed`: file → the reason it may; an unused one is a finding."""
    found = []
    used = set()
    for source in sources(root):
        for finding in _raw_sql_of(source):
            if source.path in allowed:
                used.add(source.path)
            elif not source.in_tests():
                found.append(finding)
    return found + [Finding(path, 1, "allowed to use raw SQL, but does not") for path in set(allowed) - used]


def _raw_sql_of(source: Source) -> Iterator[Finding]:
    for node in source.nodes:
        if isinstance(node, ast.alias) and node.name in RAW_NAMES:
            yield source.finding(node, f"raw SQL: {node.name}")
        if isinstance(node, ast.Call):
            called = name_of(node.func)
            last = called.rpartition(".")[2]
            if last in RAW_NAMES or ("." in called and last in RAW_CALLS):
                yield source.finding(node, f"raw SQL: {called}()")


def evasions(root: Path) -> list[Finding]:
    """Tests that cannot fail or do not run: skip, skipif, xfail, importorskip, `assert True`."""
    bad = {"skip", "skipif", "xfail", "importorskip", "skipUnless", "skipIf", "expectedFailure"}
    found = []
    for source in sources(root):
        if not source.in_tests():
            continue
        for node in source.nodes:
            if isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant) and node.test.value:
                found.append(source.finding(node, "an assertion that cannot fail"))
            if isinstance(node, ast.Attribute) and node.attr in bad:
                base = name_of(node.value)
                if base in ("pytest", "pytest.mark", "unittest"):
                    found.append(source.finding(node, f"{base}.{node.attr}: a test that does not run proves nothing"))
    return found
