"""Translations: what the code and the templates say, and what each app's own zh_Hans catalogue answers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize
from scripts.compile_messages import Entry, read_po

from tests.support.code import Finding, name_of, sources

# Function → the positions of context, msgid and plural among its arguments.
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
    "Refusal": (None, 1, None),
}
SPOKEN_BY = {"kernel": "ui", "vault": "ui"}
"""Folders that are no Django app have no catalogue of their own: who keeps their words."""
PLACES = re.compile(r"%\((\w+)\)[sd]|(?<!%)%([sd])|\{(\w*)\}")
TEMPLATE_CALL = re.compile(r"(?<![\w.])(npgettext|pgettext|ngettext|gettext|_)\(")


@dataclass(frozen=True)
class Message:
    """One text that somebody reads, where it stands, and the app whose catalogue must have it."""

    app: str
    path: str
    line: int
    msgid: str
    context: str | None = None
    plural: str | None = None

    def key(self) -> tuple[str | None, str]:
        """What gettext looks it up by."""
        return self.context, self.msgid


def from_call(node: ast.Call) -> tuple[str | None, str, str | None] | str | None:
    """Context, msgid, plural of a gettext call; a text saying what is wrong with it; None if it is no literal."""
    called = name_of(node.func).rpartition(".")[2]
    positions = CALLS.get(called) or (CALLS["Refusal"] if called.endswith("Refusal") else None)
    if positions is None:
        return None
    values: list[str | None] = []
    for position in positions:
        argument = node.args[position] if position is not None and len(node.args) > position else None
        if isinstance(argument, ast.JoinedStr):
            return f"f-string inside {called}()"
        if isinstance(argument, ast.BinOp) or (isinstance(argument, ast.Call) and "format" in name_of(argument.func)):
            return f"text put together inside {called}()"
        is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        values.append(argument.value if is_text else None)  # type: ignore[union-attr]
    context, msgid, plural = values
    wordless = not msgid or not re.search(r"[\w,:;]", PLACES.sub("", msgid))
    return None if wordless else (context, str(msgid), plural)


def app_of(path: str) -> str:
    """The app whose catalogue answers for a file."""
    folder = Path(path).parts[0]
    return SPOKEN_BY.get(folder, folder)


def python_messages(root: Path) -> tuple[list[Message], list[Finding]]:
    """Every literal message of the Python files, and every call that no catalogue can answer."""
    found, wrong = [], []
    for source in sources(root):
        if source.in_tests():
            continue
        for node in (node for node in source.nodes if isinstance(node, ast.Call)):
            said = from_call(node)
            if isinstance(said, str):
                wrong.append(source.finding(node, said))
            elif said:
                found.append(Message(app_of(source.path), source.path, node.lineno, said[1], said[0], said[2]))
    return found, wrong


def template_messages(root: Path) -> list[Message]:
    """Every message of the templates, as Django's own makemessages would see it."""
    found = []
    for path in sorted(root.glob("*/templates/**/*")):
        if path.suffix not in (".html", ".txt", ".svg", ".js"):
            continue
        name = path.relative_to(root).as_posix()
        code = templatize(path.read_text(encoding="utf-8"), origin=name)
        for call, line in _calls(code):
            said = from_call(call)
            if isinstance(said, tuple):
                found.append(Message(app_of(name), name, line, said[1], said[0], said[2]))
    return found


def _calls(code: str) -> Iterator[tuple[ast.Call, int]]:
    """The gettext calls in templatize's output, which is no whole program."""
    for match in TEMPLATE_CALL.finditer(code):
        for end in (found.end() for found in re.finditer(r"\)", code[match.start() :])):
            try:
                node = ast.parse(code[match.start() : match.start() + end].strip(), mode="eval").body
            except SyntaxError:
                continue
            if isinstance(node, ast.Call):
                yield node, code.count("\n", 0, match.start()) + 1
            break


def catalogue_path(root: Path, app: str) -> Path:
    """An app's Chinese catalogue."""
    return root / app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def catalogue(root: Path, app: str) -> dict[tuple[str | None, str], Entry]:
    """An app's catalogue by context and msgid; empty when there is none."""
    path = catalogue_path(root, app)
    entries = read_po(path) if path.exists() else []
    return {(entry.context, entry.msgid): entry for entry in entries if entry.msgid and not entry.obsolete}


def places(text: str) -> list[str]:
    """The places a text leaves open, sorted: `%(name)s`, `%s`, `{name}`."""
    return sorted(found.group(0) for found in PLACES.finditer(text.replace("%%", "")))


def untranslated(root: Path) -> list[Finding]:
    """Messages without a Chinese answer in the app's own catalogue, and answers that cannot be right."""
    messages, found = python_messages(root)
    messages = messages + template_messages(root)
    catalogues = {app: catalogue(root, app) for app in {message.app for message in messages}}
    for message in messages:
        entry = catalogues[message.app].get(message.key())
        if entry is None:
            found.append(Finding(message.path, message.line, f"not in {message.app}'s catalogue: {message.msgid!r}"))
        else:
            if message.plural and entry.plural != message.plural:
                found.append(
                    Finding(message.path, message.line, f"the catalogue lacks the plural of {message.msgid!r}")
                )
    for app in sorted(path.parts[-5] for path in root.glob("*/locale/zh_Hans/LC_MESSAGES/django.po")):
        found += _bad_entries(root, app)
    return found


def _bad_entries(root: Path, app: str) -> Iterator[Finding]:
    path = catalogue_path(root, app)
    name = path.relative_to(root).as_posix()
    seen: set[tuple[str | None, str]] = set()
    for entry in read_po(path):
        if not entry.obsolete and (entry.context, entry.msgid) in seen:
            yield Finding(name, entry.line, f"answered twice: {entry.msgid!r}")
        seen.add((entry.context, entry.msgid))
    for entry in catalogue(root, app).values():
        texts = list(entry.strings.values())
        if entry.fuzzy:
            yield Finding(name, entry.line, f"fuzzy: {entry.msgid!r}")
        if not texts or not all(text.strip() for text in texts):
            yield Finding(name, entry.line, f"empty: {entry.msgid!r}")
            continue
        wanted = {tuple(places(entry.msgid)), tuple(places(entry.plural or entry.msgid))}
        for text in texts:
            if tuple(places(text)) not in wanted:
                yield Finding(name, entry.line, f"open places differ: {entry.msgid!r} → {text!r}")
            if "！" in text or "!" in text.replace("%!", ""):
                yield Finding(name, entry.line, f"exclamation mark: {text!r}")


def stale(root: Path, app: str, messages: list[Message]) -> list[str]:
    """Msgids of an app's catalogue that nothing says any more."""
    said = {message.key() for message in messages if message.app == app}
    return [msgid for (context, msgid) in catalogue(root, app) if (context, msgid) not in said]


JS_ENTRY = re.compile(r"""^\s*(?:"([^"]+)"|'([^']+)'|([\w$]+))\s*:\s*(?:["'`](.*)["'`]\s*,?\s*|)$""")


def js_dictionary(text: str) -> dict[str, str]:
    """Key → text of a JavaScript dictionary with one `key: "text",` a line (a text may stand on the next line)."""
    words, waiting = {}, ""
    for line in text.splitlines():
        match = JS_ENTRY.match(line)
        if match and not line.rstrip().endswith("{"):
            waiting = match.group(1) or match.group(2) or match.group(3)
            words[waiting] = match.group(4) or ""
        elif waiting and not words[waiting] and line.strip()[:1] in "\"'`":
            words[waiting] = line.strip().strip(",").strip("\"'`")
    return words


def js_dictionaries(path: Path) -> tuple[dict[str, str], dict[str, str]] | None:
    """The Chinese and English dictionaries of `messages.js`, or of the pair `messages-zh.js` and `messages-en.js`."""
    if path.name == "messages-zh.js":
        other = path.with_name("messages-en.js")
        english = other.read_text(encoding="utf-8") if other.exists() else ""
        return js_dictionary(path.read_text(encoding="utf-8")), js_dictionary(english)
    text = path.read_text(encoding="utf-8")
    zh, en = re.search(r"""["']zh-Hans["']\s*:\s*\{""", text), re.search(r"""["']?\ben["']?\s*:\s*\{""", text)
    if not zh or not en:
        return None
    first, second = sorted((zh, en), key=lambda match: match.start())
    parts = {first: text[first.end() : second.start()], second: text[second.end() :].partition("\n};")[0]}
    return js_dictionary(parts[zh]), js_dictionary(parts[en])


def js_untranslated(root: Path) -> list[Finding]:
    """Words of the scripts that one of the two languages lacks or says with other open places."""
    found = []
    for path in sorted(root.glob("*/static/**/messages*.js")):
        pair = js_dictionaries(path)
        if "vendor" in path.parts or pair is None or path.name == "messages-en.js":
            continue
        zh, en = pair
        name = path.relative_to(root).as_posix()
        found += [Finding(name, 1, f"only in one language: {key}") for key in sorted(zh.keys() ^ en.keys())]
        found += [Finding(name, 1, "no words found")] if not zh else []
        for key in sorted(zh.keys() & en.keys()):
            if not zh[key] or not en[key]:
                found.append(Finding(name, 1, f"empty: {key}"))
            elif places(zh[key]) != places(en[key]):
                found.append(Finding(name, 1, f"open places differ: {key}"))
    return found
