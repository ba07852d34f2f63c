"""Addresses of the set-up wizard and of the offices; ``ground.urls`` includes them."""

from __future__ import annotations

from django.urls import path

from linli.ground import offices_views, setup_views

patterns = [
    path("setup/", setup_views.start, name="setup"),
    path("setup/place/", setup_views.place, name="setup_place"),
    path("setup/gates/", setup_views.gates, name="setup_gates"),
    path("setup/people/", setup_views.people, name="setup_people"),
    path("setup/next/", setup_views.following, name="setup_next"),
    path("offices/", offices_views.index, name="offices"),
    path("offices/add/", offices_views.add, name="office_add"),
    path("offices/<int:pk>/", offices_views.holder, name="office_holder"),
    path("offices/<int:pk>/give/", offices_views.give, name="office_give"),
    path("offices/<int:pk>/slip/<slug:purpose>/", offices_views.slip, name="office_slip"),
    path("offices/<int:pk>/suspend/", offices_views.suspend, name="office_suspend"),
    path("offices/<int:pk>/do/<slug:verb>/", offices_views.act, name="office_act"),
    path("offices/mandate/<int:pk>/end/", offices_views.end, name="office_end"),
    path("offices/mandate/<int:pk>/hand-over/", offices_views.hand_over, name="office_hand_over"),
]
