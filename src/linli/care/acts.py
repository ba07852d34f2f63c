"""The acts of this room that the journal knows: ids, codes and days, never a name, a number or a reading."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

OPENED = acts.register("care.opened", _("opened a case of care"))
CHANGED = acts.register("care.changed", _("changed a case of care"))
CLOSED = acts.register("care.closed", _("closed a case of care"))
SEEN = acts.register("care.seen", _("opened the page of a case of care"))
ORDERED = acts.register("care.ordered", _("noted who ordered a home quarantine"))
DOCUMENTED = acts.register("care.documented", _("added the document of an oral order"))
LAPSED = acts.register("care.lapsed", _("an order lapsed without its document, or was struck"))
JOINED = acts.register("care.joined", _("let two cases of one person be one, or took that back"))
FIT = acts.register("care.fit", _("noted whether a home is fit"))
SUPERVISED = acts.register("care.supervised", _("named who looks after a household"))
READ = acts.register("care.read", _("noted a reading"))
UNREAD = acts.register("care.unread", _("annulled a reading"))
ALARMED = acts.register("care.alarmed", _("an alarm of care was raised"))
ANSWERED = acts.register("care.answered", _("answered an alarm of care"))
VISITED = acts.register("care.visited", _("noted a visit or call to somebody in care"))
NEEDED = acts.register("care.needed", _("set how often somebody is looked in on"))
FOLLOWED = acts.register("care.followed", _("noted what is known of a journey"))
PRACTICE = acts.register("care.practice", _("set how days are counted and how many households one person looks after"))
READY = acts.register("care.ready", _("noted how ready the neighbourhood is"))
STAFF_VISITED = acts.register("care.staff_visited", _("planned, made or called off a visit to somebody of a staff"))
EXPORTED = acts.register("care.exported", _("exported a list of care"))
