"""Brings every app's own Chinese catalogue up to date with its code: `extract_messages.py [app …]`.

Adds what is said and not yet in the catalogue (with an empty answer, for a person to fill in), names what nothing says any
more, and ends with code 1 as long as something is unanswered.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

HEAD = """# Linli: {app}, Simplified Chinese.
msgid ""
msgstr ""
"Project-Id-Version: linli\\n"
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""


def quoted(text: str) -> str:
    """A text as a .po file quotes it, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def main() -> int:
    """Update the catalogues of the named apps, or of every app."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    # reason: the templates can be read only after Django is set up
    import django

    django.setup()
    # reason: the same
    from tests.support import messages

    code = ROOT / "src" / "linli"
    said = messages.python_messages(code)[0] + messages.template_messages(code)
    unanswered = 0
    for app in sys.argv[1:] or sorted({message.app for message in said}):
        path = messages.catalogue_path(code, app)
        known = messages.catalogue(code, app)
        wanted = {message.key(): message for message in said if message.app == app}
        added = [message for key, message in wanted.items() if key not in known]
        if added:
            path.parent.mkdir(parents=True, exist_ok=True)
            text = path.read_text(encoding="utf-8").rstrip("\n") + "\n" if path.exists() else HEAD.format(app=app)
            path.write_text(text + "".join(entry(message) for message in added), encoding="utf-8")
        empty = sum(1 for one in known.values() if not all(one.strings.values()) or not one.strings)
        unanswered += len(added) + empty
        print(f"{app}: {len(wanted)} texts, {len(added)} added, {len(added) + empty} without an answer")
        for msgid in messages.stale(code, app, said):
            print(f"    nothing says any more: {msgid}")
    return 1 if unanswered else 0


def entry(message: object) -> str:
    """A new entry of a .po file, with an empty answer."""
    context, plural = getattr(message, "context", None), getattr(message, "plural", None)
    lines = ["", f"#: {getattr(message, 'path', '')}"]
    lines += [f"msgctxt {quoted(context)}"] if context else []
    lines += [f"msgid {quoted(getattr(message, 'msgid', ''))}"]
    lines += [f"msgid_plural {quoted(plural)}", 'msgstr[0] ""'] if plural else ['msgstr ""']
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
