"""Addresses of visits, under /gates/."""

from __future__ import annotations

from django.urls import path

from linli.gates.visits import code_views, views

patterns = [
    path("visits/", views.visits, name="visits"),
    path("visits/new/", views.new, name="visit_new"),
    path("visits/codes/", code_views.host_codes, name="host_codes"),
    path("visits/codes/<uuid:pk>/revoke", code_views.revoke, name="host_code_revoke"),
    path("visits/<uuid:pk>/", views.visit, name="visit"),
    path("visits/<uuid:pk>/slip/", views.slip, name="visit_slip"),
    path("visits/<uuid:pk>/withdraw", views.withdraw, name="visit_withdraw"),
    path("visits/<uuid:pk>/promise", views.promise, name="visit_promise"),
]
