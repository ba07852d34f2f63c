"""The demo's front door: choose who you are. Exists only while ``linli demo`` serves its own fictional data on this machine."""

from __future__ import annotations

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_otp import login as second_factor_passed
from django_otp.plugins.otp_static.models import StaticDevice

from linli.accounts.models import User
from linli.site.demo.build import PASSWORD, ROLES

WORDS = {
    "secretary": (_("Secretary"), _("Everything: homes, import, permits, gates, operation, offices.")),
    "clerk": (_("Clerk"), _("The register, the import, the permits.")),
    "guard": (_("Guard"), _("The gate's page and the scanner on a phone.")),
    "gate_captain": (_("Head of the guards"), _("What happened at the gates; the phones.")),
    "building_leader": (_("Building leader"), _("One building: its doors and its people.")),
    "property": (
        _("Property manager"),
        _("Hands in the list of tenants and sees how it was matched; nothing of the register."),
    ),
    "officer": (_("Subdistrict officer"), _("The bodies of the subdistrict, who has not answered; totals, no doors.")),
    "patroller": (_("Patroller"), _("Walks the rounds of a zone, on a phone.")),
}


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the invented office holders, second factor included."""
    if request.method == "POST":
        name = request.POST.get("user", "")
        user = User.objects.filter(username=name).first() if name in {r[0] for r in ROLES} else None
        if user is None:
            raise Http404
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        device, _made = StaticDevice.objects.get_or_create(user=user, name="demo")
        second_factor_passed(request, device)
        return HttpResponseRedirect("/")
    roles = [{"user": u, "name": n, "office": WORDS[c][0], "does": WORDS[c][1]} for u, n, c in ROLES if u != "bao2"]
    return render(request, "site/demo.html", {"roles": roles, "password": PASSWORD})
