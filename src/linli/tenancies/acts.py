"""The acts of this room that the journal knows."""

from django.utils.translation import gettext_lazy as _

from linli.journal import acts

OPENED = acts.register("tenancies.opened", _("opened tenancies from the register"))
CONTACTED = acts.register("tenancies.contacted", _("tried to reach a tenant"))
FOUND = acts.register("tenancies.found", _("recorded where a tenant is"))
CORRECTED = acts.register("tenancies.corrected", _("corrected a tenancy"))
LISTED = acts.register("tenancies.listed", _("took in a list of tenants"))
RESOLVED = acts.register("tenancies.resolved", _("resolved differences with a list of tenants"))
