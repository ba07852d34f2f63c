"""The acts of the inbox that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

KEPT = acts.register("inbox.kept", _("kept an upload as it came"))
HANDLED = acts.register("inbox.handled", _("dealt with a waiting upload"))
