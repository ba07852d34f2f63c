"""Addresses of a person's own page, under /mine/."""

from __future__ import annotations

from django.urls import path

from linli.care import own_data_views as data
from linli.care import own_views as views

app_name = "mine"
urlpatterns = [
    path("", views.home, name="home"),
    path("reading/", views.reading, name="reading"),
    path("reading/<uuid:pk>/", views.noted, name="noted"),
    path("errands/", views.errands, name="errands"),
    path("errands/<uuid:pk>/<slug:what>/", views.errand, name="errand"),
    path("receipts/<uuid:pk>/", views.receipt, name="receipt"),
    path("data/", data.data, name="data"),
    path("data/opened/", data.opened, name="opened"),
    path("data/copy/", data.copy, name="copy"),
    path("leave", views.leave, name="leave"),
]
