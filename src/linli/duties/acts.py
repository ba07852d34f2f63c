"""The acts of the duties that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

POST_SET = acts.register("duties.post_set", _("set up a post"))
POST_CHANGED = acts.register("duties.post_changed", _("changed a post"))
POST_ENDED = acts.register("duties.post_ended", _("ended a post"))
PATTERN_SET = acts.register("duties.pattern_set", _("set the shifts of a post"))
PATTERN_ENDED = acts.register("duties.pattern_ended", _("ended a pattern of shifts"))
SHIFT_ADDED = acts.register("duties.shift_added", _("added a shift"))
SHIFT_CANCELLED = acts.register("duties.shift_cancelled", _("cancelled a shift"))
PERSON_LISTED = acts.register("duties.person_listed", _("put somebody on the roster"))
PERSON_CHANGED = acts.register("duties.person_changed", _("changed an entry of the roster"))
PERSON_LEFT = acts.register("duties.person_left", _("took somebody off the roster"))
ADDRESS_RENEWED = acts.register("duties.address_renewed", _("renewed a calendar address"))
ASSIGNED = acts.register("duties.assigned", _("put somebody on a shift"))
INVITED = acts.register("duties.invited", _("asked somebody to take a shift"))
ACCEPTED = acts.register("duties.accepted", _("said yes to a shift"))
SIGNED_UP = acts.register("duties.signed_up", _("signed up for a shift"))
RELEASED = acts.register("duties.released", _("gave back a place on a shift"))
CAME = acts.register("duties.came", _("recorded who came to a shift"))
WITHDRAWN = acts.register("duties.attendance_withdrawn", _("took back what was said about a shift"))
HANDED_OVER = acts.register("duties.handed_over", _("wrote a hand-over note"))
NOTE_READ = acts.register("duties.note_read", _("read a hand-over note"))
