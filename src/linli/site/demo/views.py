"""The demo's front door: choose who you are. Exists only while ``linli demo`` serves its own fictional data on this machine."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods
from django_otp import login as second_factor_passed
from django_otp.plugins.otp_static.models import StaticDevice

from linli.accounts.models import User
from linli.site.demo.build import ESCORT, HELPER, PASSWORD, ROLES
from linli.site.demo.own_page import handed

WORDS = {
    "shuji": (_("Secretary"), _("Everything: homes, import, permits, gates, operation, offices.")),
    "zhuren": (_("Clerk"), _("The register, the import, the permits.")),
    "bao1": (_("Guard"), _("The gate's page and the scanner on a phone.")),
    "duizhang": (_("Head of the guards"), _("What happened at the gates; the phones.")),
    "louzu": (_("Building leader"), _("One building: its doors and its people.")),
    "wuye": (
        _("Property manager"),
        _("Hands in the list of tenants and sees how it was matched; nothing of the register."),
    ),
    "jiedao": (_("Subdistrict officer"), _("The bodies of the subdistrict, who has not answered; totals, no doors.")),
    "xuncha": (_("Patroller"), _("Walks the rounds of a zone, on a phone.")),
    ESCORT: (_("Escort"), _("Rides along tonight: four are in the van, a fifth waits for a yes.")),
    HELPER: (_("Helper"), _("Two homes in quarantine: what each needs today, one with a fever.")),
}
"""Who is offered, in this order, by user name. The second guard's day is the first one's."""
FIRST_PAGE = {ESCORT: "journeys:hand", HELPER: "care:mine"}
"""Where somebody lands whose day is one page; everybody else on the first page."""


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the invented office holders, second factor included."""
    if request.method == "POST":
        name = request.POST.get("user", "")
        user = User.objects.filter(username=name).first() if name in WORDS else None
        if user is None:
            raise Http404
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        device, _made = StaticDevice.objects.get_or_create(user=user, name="demo")
        second_factor_passed(request, device)
        return redirect(FIRST_PAGE.get(name, "/"))
    context = {"roles": [_role(name) for name in WORDS], "password": PASSWORD, "own": handed()}
    return render(request, "site/demo.html", context)


def _role(name: str) -> dict[str, Any]:
    called = {user: shown for user, shown, _capacity in ROLES}
    office, does = WORDS[name]
    return {"user": name, "name": called[name], "office": office, "does": does}
