"""URLs of walking: one's own stops without a script, walkers' phones, one visit."""

from __future__ import annotations

from django.urls import path

from linli.rounds import views_visits, views_walk, views_walkers

patterns = [
    path("walk/", views_walk.walk, name="walk"),
    path("walk/report/", views_walk.report, name="walk_report"),
    path("walk/phone/", views_walk.own_phone, name="own_phone"),
    path("walk/<uuid:pk>/", views_walk.stop, name="walk_stop"),
    path("walk/visits/<uuid:pk>/back/", views_walk.back, name="walk_back"),
    path("walkers/", views_walkers.walkers, name="walkers"),
    path("walkers/<uuid:pk>/cut-off/", views_walkers.cut_off, name="walker_cut_off"),
    path("walkers/uploads/<uuid:pk>/<slug:verb>/", views_walkers.upload, name="walker_upload"),
    path("<uuid:pk>/answers/", views_visits.answers, name="answers"),
    path("visits/<uuid:pk>/", views_visits.visit, name="visit"),
    path("visits/<uuid:pk>/photos/<uuid:photo>/", views_visits.photo, name="visit_photo"),
]
