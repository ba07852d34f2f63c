"""Addresses of codes and guardians for the office, under /care/own/."""

from __future__ import annotations

from django.urls import path

from linli.care import own_office_views as views

app_name = "care_own"
urlpatterns = [
    path("children/", views.children, name="children"),
    path("<uuid:pk>/", views.code, name="code"),
    path("<uuid:pk>/guardian/", views.consent, name="guardian"),
    path("<uuid:pk>/guardian/withdraw/", views.withdraw, name="withdraw"),
    path("codes/<uuid:pk>/end/", views.end, name="end"),
]
