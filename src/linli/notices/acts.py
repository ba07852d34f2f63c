"""The acts of notices that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

ACKNOWLEDGED = acts.register("notices.acknowledged", _("took up a notice"))
CHANNEL_ADDED = acts.register("notices.channel_added", _("added a group's bot or a mailbox"))
CHANNEL_CHANGED = acts.register("notices.channel_changed", _("changed the address of a group's bot or a mailbox"))
CHANNEL_ENDED = acts.register("notices.channel_ended", _("ended a group's bot or a mailbox"))
CHANNEL_TESTED = acts.register("notices.channel_tested", _("sent a test to a group's bot or a mailbox"))
