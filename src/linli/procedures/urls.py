"""URLs of the procedures."""

from __future__ import annotations

from django.urls import path

from linli.procedures import views

app_name = "procedures"
urlpatterns = [
    path("", views.index, name="partings"),
    path("split/", views.split, name="split"),
    path("merge/", views.merge, name="merge"),
    path("<uuid:pk>/", views.parting, name="parting"),
    path("<uuid:pk>/step/", views.step, name="parting_step"),
    path("<uuid:pk>/do/<slug:verb>/", views.act, name="parting_act"),
]
