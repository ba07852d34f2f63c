"""The acts of operations that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

OPENED = acts.register("operations.opened", _("opened an operation"))
RENEWED = acts.register("operations.renewed", _("renewed an operation"))
RULES_SWITCHED = acts.register("operations.rules_switched", _("switched the rule set"))
ENDED = acts.register("operations.ended", _("ended an operation"))
PURGED = acts.register("operations.purged", _("erased what was due"))
