"""The acts of the daily sheet that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

SENT = acts.register("sheet.sent", _("sent the daily sheet"))
CORRECTED = acts.register("sheet.corrected", _("corrected the daily sheet"))
HOUR_SET = acts.register("sheet.hour_set", _("set the hour of the daily sheet"))
