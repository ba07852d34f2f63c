"""Addresses of places over time and of lists of divisions; ``ground.urls`` includes them."""

from __future__ import annotations

from django.urls import path

from linli.ground import gazetteer_views, place_views

patterns = [
    path("places/", place_views.index, name="places"),
    path("places/<int:pk>/", place_views.place, name="place"),
    path("places/<int:pk>/do/<slug:verb>/", place_views.change, name="place_change"),
    path("places/lists/", gazetteer_views.lists, name="gazetteer"),
    path("places/lists/<int:pk>/", gazetteer_views.one, name="gazetteer_list"),
    path("places/lists/answer/<int:pk>/", gazetteer_views.answer, name="gazetteer_answer"),
]
