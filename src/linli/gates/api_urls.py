"""URLs of the gate API, under ``/scan/api/``."""

from __future__ import annotations

from django.urls import path

from linli.gates import api
from linli.gates.visits import api as visits_api

app_name = "gates_api"
urlpatterns = [
    path("enrol", api.enrol, name="enrol"),
    path("pack", api.get_pack, name="pack"),
    path("checks", api.checks, name="checks"),
    path("beat", api.beat, name="beat"),
    path("search", api.find, name="search"),
    path("visits/<uuid:pk>/use", visits_api.use, name="use_visit"),
    path("simulate", api.simulate, name="simulate"),
]
