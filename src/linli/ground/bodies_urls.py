"""Addresses of the bodies; ``ground.urls`` includes them."""

from __future__ import annotations

from django.urls import path

from linli.ground import bodies_import_views, bodies_views

patterns = [
    path("bodies/", bodies_views.index, name="bodies"),
    path("bodies/add/", bodies_views.add, name="body_add"),
    path("bodies/kinds/", bodies_views.kinds, name="body_kinds"),
    path("bodies/import/", bodies_import_views.bodies_import, name="bodies_import"),
    path("bodies/<int:pk>/", bodies_views.body, name="body"),
    path("bodies/<int:pk>/do/<slug:verb>/", bodies_views.do, name="body_do"),
    path("bodies/<int:pk>/apart/<int:other>/", bodies_views.apart, name="body_apart"),
    path("bodies/member/<int:pk>/end/", bodies_views.member_end, name="body_member_end"),
]
