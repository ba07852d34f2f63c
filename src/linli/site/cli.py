"""``linli``: one verb, one management command; a dash in the verb is an underscore in the file's name."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from django.core.management import execute_from_command_line

from linli.vault.keyring import data_folder

WITHOUT_DATA = frozenset({"import_register", "doctor", "restore", "--help", "help", "version"})


def demo_folder() -> None:
    """The demo has a folder of its own (``<data folder>-demo`` unless ``LINLI_DATA`` names one) and says that it is a demo."""
    if "LINLI_DATA" not in os.environ:
        own = data_folder()
        os.environ["LINLI_DATA"] = str(own.with_name(own.name + "-demo"))
    os.environ["LINLI_DEMO"] = "1"


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point of the ``linli`` command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
    words = list(sys.argv[1:] if arguments is None else arguments) or ["help"]
    words[0] = words[0] if words[0].startswith("-") else words[0].replace("-", "_")
    if words[0] == "demo":
        demo_folder()
    if words[0] not in WITHOUT_DATA:
        data_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    execute_from_command_line(["linli", *words])


if __name__ == "__main__":
    main()
