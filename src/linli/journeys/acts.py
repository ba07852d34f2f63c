"""The acts of journeys that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

NOTICE_TAKEN = acts.register("journeys.notice_taken", _("noted an arrival"))
NOTICE_SETTLED = acts.register("journeys.notice_settled", _("dealt with an arrival notice"))
NOTICE_REOPENED = acts.register("journeys.notice_reopened", _("reopened an arrival notice"))
MOVEMENT_ADDED = acts.register("journeys.movement_added", _("wrote down a flight or train"))
MOVEMENT_CHANGED = acts.register("journeys.movement_changed", _("corrected a flight or train"))
TRAVELLERS_ADDED = acts.register("journeys.travellers_added", _("listed travellers"))
TRAVELLER_CORRECTED = acts.register("journeys.traveller_corrected", _("corrected what is said of a traveller"))
TRAVELLER_CLOSED = acts.register("journeys.traveller_closed", _("closed a traveller"))
TRAVELLER_REOPENED = acts.register("journeys.traveller_reopened", _("opened a traveller again"))
BEGUN = acts.register("journeys.begun", _("began the journeys of travellers"))
BEGINNING_ANNULLED = acts.register("journeys.beginning_annulled", _("took the beginning of a journey back"))
MATCH_DECIDED = acts.register("journeys.match_decided", _("decided whom of the register a traveller is"))
MATCH_UNDONE = acts.register("journeys.match_undone", _("took back whom of the register a traveller is"))
LEG_PLANNED = acts.register("journeys.leg_planned", _("planned who takes travellers next"))
LEG_CANCELLED = acts.register("journeys.leg_cancelled", _("called off who takes travellers next"))
OFFERED = acts.register("journeys.offered", _("handed travellers over, not yet confirmed by the other side"))
HANDED_OVER = acts.register("journeys.handed_over", _("handed travellers over, confirmed by both sides"))
HEARD_OF = acts.register("journeys.handover_heard_of", _("learned from a phone of a hand-over"))
HANDOVER_ANNULLED = acts.register("journeys.handover_annulled", _("took a hand-over back"))
RUN_PLANNED = acts.register("journeys.run_planned", _("planned a run"))
RUN_CHANGED = acts.register("journeys.run_changed", _("changed a run"))
RUN_DEPARTED = acts.register("journeys.run_departed", _("let a run depart"))
RUN_ARRIVED = acts.register("journeys.run_arrived", _("wrote down that a run arrived"))
RUN_CALLED_OFF = acts.register("journeys.run_called_off", _("called a run off"))
RUN_TAKEN_BACK = acts.register("journeys.run_taken_back", _("took back a step of a run"))
NUMBERS_SHOWN = acts.register("journeys.numbers_shown", _("saw whole numbers of a passenger list"))
