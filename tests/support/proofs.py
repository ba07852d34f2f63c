"""Every action and every refusal code is named by a test (rule 2 of the house)."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.code import FUNCTIONS, Finding, Source, name_of, sources


def refusals(root: Path) -> list[tuple[Source, ast.Call, str]]:
    """Every refusal with a literal code: file, call, code."""
    found = []
    for source in sources(root):
        if source.in_tests():
            continue
        for node in source.nodes:
            if isinstance(node, ast.Call) and name_of(node.func).rpartition(".")[2].endswith("Refusal") and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    found.append((source, node, code.value))
    return found


def actions(root: Path) -> list[tuple[Source, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The verbs of `actions.py` and `actions/*.py`, the only writers: public functions that take `by`."""
    return [
        (source, node)
        for source in sources(root)
        if "actions" in (Path(source.path).stem, Path(source.path).parent.name) and not source.in_tests()
        for node in source.tree.body
        if isinstance(node, FUNCTIONS) and not node.name.startswith("_") and _takes_by(node)
    ]


def _takes_by(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(argument.arg == "by" for argument in (*node.args.args, *node.args.kwonlyargs))


def words_of_tests(roots: list[Path]) -> tuple[set[str], set[str]]:
    """The names and the texts that tests and their helpers mention."""
    names: set[str] = set()
    texts: set[str] = set()
    for source in (source for root in roots for source in sources(root) if root.name == "tests" or source.in_tests()):
        for node in source.nodes:
            if isinstance(node, ast.Name):
                names.add(node.id)
            elif isinstance(node, ast.Attribute):
                names.add(node.attr)
            elif isinstance(node, ast.alias):
                names.add(node.name.rpartition(".")[2])
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    return names, texts


def unproven(root: Path, tests: list[Path]) -> list[Finding]:
    """Refusal codes and actions that no test names."""
    names, texts = words_of_tests([root, *tests])
    found = [
        source.finding(node, f"no test names the refusal {code}")
        for source, node, code in refusals(root)
        if not any(code in text for text in texts)
    ]
    return found + [
        source.finding(node, f"no test names the action {node.name}")
        for source, node in actions(root)
        if node.name not in names
    ]
