"""URLs of care, under /care/."""

from __future__ import annotations

from django.urls import path

from linli.care import (
    views,
    views_case,
    views_change,
    views_follow,
    views_home,
    views_open,
    views_practice,
    views_ready,
    views_service,
    views_staff,
)

app_name = "care"
urlpatterns = [
    path("", views.board, name="board"),
    path("mine/", views.mine, name="mine"),
    path("homes/<uuid:pk>/", views_home.household, name="household"),
    path("cases/new/", views_open.new, name="new"),
    path("cases/<uuid:pk>/", views_case.case, name="case"),
    path("cases/<uuid:pk>/<slug:verb>/", views_change.change, name="change"),
    path("practice/", views_practice.practice, name="practice"),
    path("journeys/", views_follow.journeys, name="journeys"),
    path("service/", views_service.homes, name="service"),
    path("visits/", views_staff.visits, name="visits"),
    path("visits/<uuid:pk>/", views_staff.visit, name="visit"),
    path("readiness/", views_ready.board, name="readiness"),
    path("readiness/photos/<uuid:pk>/", views_ready.photo, name="readiness_photo"),
]
