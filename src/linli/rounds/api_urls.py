"""URLs of the walkers' API, under ``/scan/api/walk/``."""

from __future__ import annotations

from django.urls import path

from linli.rounds import api

app_name = "rounds_api"
urlpatterns = [
    path("enrol", api.enrol, name="enrol"),
    path("pack", api.get_pack, name="pack"),
    path("checks", api.items, name="items"),
    path("beat", api.beat, name="beat"),
]
