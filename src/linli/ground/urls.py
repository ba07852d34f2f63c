"""URLs of ground: homes, setup, offices."""

from __future__ import annotations

from django.urls import path

from linli.ground import bodies_urls, home_views, people_urls, person_views, place_urls, setup_urls, views

app_name = "ground"
urlpatterns = [
    path("homes/", views.homes, name="homes"),
    path("homes/public/", views.public_print, name="public_print"),
    path("homes/<int:pk>/", home_views.home, name="home"),
    path("homes/<int:pk>/person/<uuid:who>/", person_views.person, name="person"),
    path("homes/place/<int:pk>/hand-over/", home_views.hand_over, name="hand_over"),
    path("homes/unmask/<slug:kind>/<uuid:pk>/", home_views.unmask_number, name="unmask"),
    *people_urls.patterns,
    *place_urls.patterns,
    *setup_urls.patterns,
    *bodies_urls.patterns,
]
