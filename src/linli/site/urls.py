"""The URL table: one line a room."""

from __future__ import annotations

from django.urls import include, path

from linli.site import lan_views, views

urlpatterns = [
    path("", include("linli.briefing.urls")),
    path("", include("linli.ground.urls")),
    path("accounts/", include("linli.accounts.urls")),
    path("operations/", include("linli.operations.urls")),
    path("register/", include("linli.register.urls")),
    path("gates/", include("linli.gates.urls")),
    path("", include("linli.scanner.urls")),
    path("ui/", include("linli.ui.urls")),
    path("healthz", views.health, name="health"),
    path("install/", lan_views.install_sheet, name="install_sheet"),
    path("linli-ca.crt", lan_views.authority_certificate, name="authority_certificate"),
    path("language", views.set_language, name="set_language"),
    path("neighbourhood", views.choose_neighbourhood, name="choose_neighbourhood"),
]

handler403 = "linli.site.views.forbidden"
