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
