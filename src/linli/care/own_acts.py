"""The acts of the own page, with a sentence each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.journal.acts import register

CODE_MADE = register("care.own_code", _("Handed over a code for the own page"))
CODE_ENDED = register("care.own_code_ended", _("Ended a code for the own page"))
CODE_LOCKED = register("care.own_code_locked", _("A code for the own page was locked after five wrong tries"))
OPENED = register("care.own_opened", _("Opened the own page with the code"))
