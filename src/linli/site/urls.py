"""The URL table: one line a room."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from linli.site import journal_views, lan_views, views
from linli.site.api import pages as api_pages
from linli.site.demo import views as demo_views

urlpatterns = [
    path("", include("linli.briefing.urls")),
    path("briefing/", include("linli.briefing.sheet_urls")),
    path("", include("linli.ground.urls")),
    path("accounts/", include("linli.accounts.urls")),
    path("operations/", include("linli.operations.urls")),
    path("register/", include("linli.register.urls")),
    path("gates/", include("linli.gates.urls")),
    path("host/", include("linli.gates.visits.host_urls")),
    path("rounds/", include("linli.rounds.urls")),
    path("mine/", include("linli.care.own_urls")),
    path("care/errands/", include("linli.care.errand_urls")),
    path("care/own/", include("linli.care.own_office_urls")),
    path("care/", include("linli.care.urls")),
    path("duties/", include("linli.duties.urls")),
    path("journeys/", include("linli.journeys.urls")),
    path("volunteers/", include("linli.duties.volunteers_urls")),
    path("returnees/", include("linli.returnees.urls")),
    path("tenancies/", include("linli.tenancies.urls")),
    path("notices/", include("linli.notices.urls")),
    path("parting/", include("linli.procedures.urls")),
    path("scan/api/walk/", include("linli.rounds.api_urls")),
    path("scan/api/", include("linli.gates.api_urls")),
    path("", include("linli.scanner.urls")),
    path("ui/", include("linli.ui.urls")),
    path("api/v1/", include("linli.site.api.urls")),
    path("tokens/", api_pages.tokens, name="api_tokens"),
    path("tokens/<uuid:pk>/revoke/", api_pages.revoke, name="api_token_revoke"),
    path("journal/", journal_views.journal, name="journal"),
    path("healthz", views.health, name="health"),
    path("install/", lan_views.install_sheet, name="install_sheet"),
    path("linli.crt", lan_views.authority_certificate, name="authority_certificate"),
    path("language", views.set_language, name="set_language"),
    path("neighbourhood", views.choose_neighbourhood, name="choose_neighbourhood"),
]

if settings.DEMO:
    urlpatterns.insert(0, path("demo/", demo_views.enter, name="demo"))

handler403 = "linli.site.views.forbidden"
handler500 = "linli.site.storage.server_error"
