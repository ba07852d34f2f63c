"""URLs of arrivals."""

from __future__ import annotations

from django.urls import path

from linli.returnees import list_views, return_views, views

app_name = "returnees"
urlpatterns = [
    path("", views.index, name="index"),
    path("new/", views.new, name="new"),
    path("expected/", views.expected, name="expected"),
    path("away/<uuid:pk>/", return_views.one, name="return"),
    path("lists/", list_views.lists, name="lists"),
    path("lists/<uuid:pk>/", list_views.one_list, name="list"),
    path("<uuid:pk>/", views.case, name="case"),
]
