"""The acts of this room that the journal knows. None of them says who told."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

SIGNALLED = acts.register("returnees.signalled", _("noted that somebody arrives"))
REGISTERED = acts.register("returnees.registered", _("registered somebody who arrives"))
SETTLED = acts.register("returnees.settled", _("settled an arrival"))
CLOSED = acts.register("returnees.closed", _("closed a signal that turned out empty"))
JOINED = acts.register("returnees.joined", _("joined two signals of one person"))
LISTED = acts.register("returnees.listed", _("took in a list of people expected"))
RETURN_PLANNED = acts.register("returnees.return_planned", _("noted when somebody comes back"))
RETURN_ASKED = acts.register("returnees.return_asked", _("tried to ask when somebody comes back"))
