"""Addresses of a household's own page, under /host/."""

from __future__ import annotations

from django.urls import path

from linli.gates.visits import host_views

app_name = "host"
urlpatterns = [
    path("", host_views.home, name="home"),
    path("new/", host_views.new, name="new"),
    path("leave", host_views.leave, name="leave"),
    path("visits/<uuid:pk>/", host_views.visit, name="visit"),
    path("visits/<uuid:pk>/code.png", host_views.picture, name="picture"),
    path("visits/<uuid:pk>/back", host_views.withdraw, name="withdraw"),
]
