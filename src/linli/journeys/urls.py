"""Addresses of journeys."""

from django.urls import path

from linli.journeys import (
    manifest_urls,
    views_board,
    views_correct,
    views_hand,
    views_night,
    views_notices,
    views_papers,
    views_runs,
    views_traveller,
)

app_name = "journeys"
urlpatterns = [
    path("", views_board.ways, name="board"),
    path("wall/", views_board.wall, name="wall"),
    path("notices/", views_notices.notices, name="notices"),
    path("notices/add/", views_notices.notice_add, name="notice_add"),
    path("notices/<uuid:pk>/", views_notices.notice, name="notice"),
    path("notices/<uuid:pk>/settle/", views_notices.notice_settle, name="notice_settle"),
    path("runs/", views_runs.runs, name="runs"),
    path("runs/add/", views_runs.run_add, name="run_add"),
    path("runs/<uuid:pk>/", views_runs.run, name="run"),
    path("runs/<uuid:pk>/change/", views_runs.run_change, name="run_change"),
    path("night/", views_night.night, name="night"),
    path("hand/", views_hand.hand, name="hand"),
    path("hand/mine/", views_hand.hand_mine, name="hand_mine"),
    path("hand/run/<uuid:pk>/", views_hand.hand_run, name="hand_run"),
    path("hand/one/<uuid:pk>/", views_hand.hand_one, name="hand_one"),
    path("hand/take/<uuid:pk>/", views_hand.take, name="take"),
    path("hand/given/<uuid:pk>/", views_hand.given, name="given"),
    path("hand/back/<uuid:pk>/", views_hand.annul, name="annul"),
    path("leg/<uuid:pk>/cancel/", views_traveller.leg_cancel, name="leg_cancel"),
    *manifest_urls.urlpatterns,
    path("<uuid:pk>/", views_traveller.traveller, name="traveller"),
    path("<uuid:pk>/correct/", views_correct.correct, name="correct"),
    path("<uuid:pk>/welcome/", views_papers.welcome, name="welcome"),
    path("<uuid:pk>/promise/", views_papers.promise, name="promise"),
]
