"""What a group reads: a plain title, a count, a link, a number. Never a name, a telephone, a door: its members are not checked."""

from __future__ import annotations

import os
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from linli.notices.kinds import kind_of

TEST = "notices.test"


def body_of(kind: str, count: int, message: UUID) -> str:
    """The message in the installation's language, some lines of plain text; the same number means the same message."""
    with translation.override(settings.LANGUAGE_CODE):
        if kind == TEST:
            lines = [_("Linli notice: this is a test"), _("Whoever reads it can see that this group is connected.")]
        else:
            title = str(kind_of(kind).title)
            lines = [_("Linli notice: %(title)s (%(count)s)") % {"title": title, "count": count}]
            lines.append(_("Please sign in and take it up."))
        link = link_to(reverse("notices:mine"))
        if link:
            lines.append(link)
        lines.append(_("Number %(number)s") % {"number": message.hex[-6:].upper()})
    return "\n".join(lines)


def link_to(path: str) -> str:
    """The address of a page for somebody outside; empty where nobody said under which address this server is reached."""
    origin = os.environ.get("LINLI_ORIGIN", "").rstrip("/")
    return f"{origin}{path}" if origin else ""
