"""The acts of the rounds that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

REQUEST_OPENED = acts.register("rounds.request_opened", _("asked bodies for an answer"))
TARGET_ADDED = acts.register("rounds.target_added", _("added a body to a request"))
REQUEST_WITHDRAWN = acts.register("rounds.request_withdrawn", _("withdrew a request"))
ANSWERED = acts.register("rounds.answered", _("answered a request"))
REMINDED = acts.register("rounds.reminded", _("reminded a body"))
VISITED = acts.register("rounds.visited", _("recorded a visit"))
SHEET_TAKEN = acts.register("rounds.sheet_taken", _("took a sheet of questions into use"))
INSPECTED = acts.register("rounds.inspected", _("inspected a gate"))
FOUND = acts.register("rounds.found", _("recorded a finding"))
FINDING_CLOSED = acts.register("rounds.finding_closed", _("closed a finding"))
FINDING_REOPENED = acts.register("rounds.finding_reopened", _("took a finding up again"))
WALKED = acts.register("rounds.walked", _("walked a round"))
PLAN_MADE = acts.register("rounds.plan_made", _("made a plan of rounds"))
PLAN_STARTED = acts.register("rounds.plan_started", _("started a plan of rounds"))
PLAN_PAUSED = acts.register("rounds.plan_paused", _("paused a plan of rounds"))
PLAN_RESUMED = acts.register("rounds.plan_resumed", _("resumed a plan of rounds"))
PLAN_ENDED = acts.register("rounds.plan_ended", _("ended a plan of rounds"))
OPENED = acts.register("rounds.opened", _("opened a round"))
CLOSED = acts.register("rounds.closed", _("closed a round and passed on what was missed"))
BLIND_SIGNED = acts.register("rounds.blind_signed", _("let a round go on with blind spots"))
TARGET_JOINED = acts.register("rounds.target_joined", _("let a place join a round"))
EXCUSED = acts.register("rounds.excused", _("excused a target"))
HANDED = acts.register("rounds.handed", _("gave a target to somebody else"))
PERSON_PUT = acts.register("rounds.person_put", _("put somebody on a plan by name"))
PERSON_TAKEN = acts.register("rounds.person_taken", _("ended what a plan does for somebody"))
