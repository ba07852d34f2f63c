"""Rules about Python code that a linter does not know: budgets, hidden imports, forbidden constructs, the pure kernel.

Every checker takes a folder and returns findings, so that a test can show it a bad folder and see it complain.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MAX_FILE, MAX_FUNCTION, MAX_CLASS, MAX_METHODS, MAX_TEMPLATE = 400, 50, 250, 15, 150
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
IMPURE_MODULES = frozenset(
    {"asyncio", "http", "io", "os", "pathlib", "requests", "secrets", "shutil", "socket", "sqlite3", "subprocess"}
    | {"tempfile", "threading", "urllib"}
)
CLOCKS = frozenset({"now", "today", "time", "time_ns", "monotonic", "utcnow"})


@dataclass(frozen=True, order=True)
class Finding:
    """One broken rule: where, and what."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True)
class Source:
    """A parsed Python file: `path` is relative to the checked folder, `nodes` are all of `tree`."""

    path: str
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    def finding(self, node: ast.AST, text: str) -> Finding:
        """A finding at a node of this file."""
        return Finding(self.path, getattr(node, "lineno", 1), text)

    def in_tests(self) -> bool:
        """Whether the file is a test or a helper of tests."""
        parts = Path(self.path).parts
        return "tests" in parts or parts[-1] == "testing.py" or parts[-1].startswith("test_")


def sources(root: Path) -> Iterator[Source]:
    """Every Python file under a folder, parsed."""
    for path in sorted(root.rglob("*.py")):
        if ".venv" not in path.parts and "__pycache__" not in path.parts:
            yield Source(path.relative_to(root).as_posix(), *_parsed(path, path.stat().st_mtime_ns))


@cache
def _parsed(path: Path, changed: int) -> tuple[str, ast.Module, tuple[ast.AST, ...]]:
    """Text, tree and every node of a file: a score of rules reads each."""
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, filename=str(path))
    return text, tree, tuple(ast.walk(tree))


def length(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    """Lines from `def` or `class` to the last one."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def budgets(root: Path) -> list[Finding]:
    """Files, functions, classes and templates that exceed rule 2 of the house; migrations are generated."""
    found = []
    for source in sources(root):
        if "migrations" in Path(source.path).parts:
            continue
        lines = source.text.count("\n")
        if lines > MAX_FILE:
            found.append(Finding(source.path, lines, f"file of {lines} lines, at most {MAX_FILE}"))
        found += [finding for node in source.nodes for finding in _node_budget(source, node)]
    for path in sorted(root.rglob("*.html")):
        lines = path.read_text(encoding="utf-8").count("\n")
        if "templates" in path.parts and lines > MAX_TEMPLATE:
            found.append(
                Finding(path.relative_to(root).as_posix(), lines, f"template of {lines} lines, at most {MAX_TEMPLATE}")
            )
    return found


def _node_budget(source: Source, node: ast.AST) -> Iterator[Finding]:
    if isinstance(node, FUNCTIONS) and length(node) > MAX_FUNCTION:
        yield source.finding(node, f"function {node.name} of {length(node)} lines, at most {MAX_FUNCTION}")
    if isinstance(node, ast.ClassDef):
        methods = sum(1 for child in node.body if isinstance(child, FUNCTIONS))
        if length(node) > MAX_CLASS:
            yield source.finding(node, f"class {node.name} of {length(node)} lines, at most {MAX_CLASS}")
        if methods > MAX_METHODS:
            yield source.finding(node, f"class {node.name} with {methods} methods, at most {MAX_METHODS}")


def comments(text: str) -> dict[int, str]:
    """Line number → comment, without what only talks to a tool (noqa, type: ignore, pragma)."""
    spoken = {}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            words = re.sub(r"#\s*(noqa|type:|pragma|pyright|fmt:)[^#]*", "", token.string).strip("# ").strip()
            if len(words) >= 8:
                spoken[token.start[0]] = words
    return spoken


def hidden_imports(root: Path) -> list[Finding]:
    """Imports inside functions with no reason beside or above them. One reason serves imports on adjoining lines.

    `ready()` of an `apps.py` is where Django wants an app's registrations imported: that is reason enough.
    """
    found = []
    for source in sources(root):
        inside: dict[int, ast.stmt] = {}
        for function in (node for node in source.nodes if isinstance(node, FUNCTIONS)):
            if function.name == "ready" and source.path.endswith("apps.py"):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    inside[node.lineno] = node
        reasons = comments(source.text) if inside else {}
        lines = source.text.splitlines()
        explained: set[int] = set()
        for line, node in sorted(inside.items()):
            above = line - 1
            while above > 0 and not lines[above - 1].strip():
                above -= 1
            if line in reasons or above in reasons or above in explained:
                explained.update(range(line, (node.end_lineno or line) + 1))
            else:
                found.append(source.finding(node, "import inside a function without a reason beside it"))
    return found


def name_of(node: ast.expr) -> str:
    """The dotted name of an expression, as far as it has one: `a.b.c` or `?.c`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return "?"


def unannotated(root: Path) -> list[Finding]:
    """Functions with a parameter or a result that has no annotation; tests are left to ruff."""
    found = []
    for source in sources(root):
        if source.in_tests() or "migrations" in Path(source.path).parts:
            continue
        for node in source.nodes:
            if isinstance(node, FUNCTIONS) and _missing(node):
                found.append(source.finding(node, f"function {node.name} lacks an annotation"))
    return found


def _missing(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    spec = node.args
    parameters = [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]
    parameters += [extra for extra in (spec.vararg, spec.kwarg) if extra]
    own = {"self", "cls", "_"}
    return node.returns is None or any(p.annotation is None for p in parameters if p.arg not in own)


def impure(root: Path, clock_allowed: frozenset[str] = frozenset({"ids.py"})) -> list[Finding]:
    """What a pure kernel must not do: import Django or I/O, open a file, read a clock (`now` is an argument)."""
    found = []
    for source in sources(root):
        if source.in_tests():
            continue
        for node in source.nodes:
            modules = _imported(node)
            found += [
                source.finding(node, f"the kernel imports {module}")
                for module in modules
                if module.partition(".")[0] in IMPURE_MODULES | {"django"}
            ]
            if isinstance(node, ast.Call):
                called = name_of(node.func)
                if called == "open":
                    found.append(source.finding(node, "the kernel opens a file"))
                last = called.rpartition(".")[2]
                if "." in called and last in CLOCKS and source.path not in clock_allowed:
                    found.append(source.finding(node, f"the kernel reads a clock: {called}()"))
    return found


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []
