"""Words for what a purge counts."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COUNTS: dict[str, str | Promise] = {
    "operation_keys": _("keys of operations that are over"),
    "passages": _("passages, now hourly counts"),
    "temperatures": _("temperatures"),
    "answers": _("answers to health questions"),
    "plates": _("vehicle plates"),
    "details": _("what visitors said of themselves"),
    "count_receipts": _("receipts of counts"),
    "raw_uploads": _("raw uploads"),
    "gate_exceptions": _("settled exceptions"),
    "enrolment_codes": _("codes of phones"),
    "holds": _("calls before a passage"),
    "visits": _("announced visits"),
    "host_codes": _("codes of households' own pages"),
    "printed_files": _("printed files of cards"),
    "returnees": _("registrations of people arriving"),
    "returnee_rows": _("rows of lists of people arriving"),
    "tenant_rows": _("sealed rows of tenant lists"),
    "import_rows": _("sealed rows of imports"),
    "import_cells": _("sealed cells of imports"),
    "import_changes": _("sealed changes of imports"),
    "handover_notes": _("hand-over notes"),
    "proposed_stints": _("places of proposed rosters that nobody took over"),
    "import_rows_said_again": _("rows of imports that newer files repeat"),
    "care_quarantine": _("home quarantines"),
    "care_journey": _("followed journeys"),
    "care_alone": _("care for people who live alone"),
    "care_disabled": _("care for people who get about with difficulty"),
    "care_pregnant": _("care before and after a birth"),
    "care_medicine": _("care for people on regular medicine"),
    "care_hardship": _("care in hardship"),
    "care_child_alone": _("care for children who are alone"),
    "care_readings": _("readings of those in care"),
    "care_errands": _("errands of people in care"),
    "arrival_notices": _("arrival notices"),
    "movements": _("flights and trains"),
    "travellers": _("people on their way home"),
    "runs": _("runs that brought people home"),
    "handovers": _("hand-overs of people"),
    "return_plans": _("plans of a return"),
    "round_people": _("people named by rounds"),
    "visit_values": _("answers noted on a round"),
    "visit_notes": _("sealed notes of rounds"),
    "visit_photos": _("photos of rounds"),
    "finding_notes": _("sealed notes of problems found"),
    "finding_closings": _("sealed words on how a problem was settled"),
    "staff_visits": _("visits to people of a staff"),
}


def count_word(name: str) -> str | Promise:
    """The words for one count; its code when a room has not told its words."""
    return COUNTS.get(name, name)
