"""URLs of the gate API, under ``/scan/api/``."""

from __future__ import annotations

from django.urls import path

from linli.gates import api

app_name = "gates_api"
urlpatterns = [
    path("enrol", api.enrol, name="enrol"),
    path("pack", api.get_pack, name="pack"),
    path("checks", api.checks, name="checks"),
    path("beat", api.beat, name="beat"),
    path("search", api.find, name="search"),
    path("simulate", api.simulate, name="simulate"),
]
