"""URLs of who is who and of the rights of the person."""

from __future__ import annotations

from django.urls import path

from linli.ground import alike_views, people_views, rights_views

patterns = [
    path("homes/people/alike/", alike_views.alike, name="alike"),
    path("homes/people/alike/sure/", alike_views.join_sure, name="join_sure"),
    path("homes/people/alike/<uuid:one>/<uuid:other>/", alike_views.alike_pair, name="alike_pair"),
    path("homes/people/apart/<uuid:pk>/again/", alike_views.again, name="ask_again"),
    path("homes/people/joins/<uuid:pk>/", alike_views.join, name="join"),
    path("homes/people/minors/", people_views.minors, name="minors"),
    path("homes/people/consents/<uuid:pk>/withdraw/", people_views.withdraw, name="withdraw_consent"),
    path("homes/people/requests/", rights_views.requests, name="rights_requests"),
    path("homes/people/requests/blank/", rights_views.request_blank, name="request_blank"),
    path("homes/people/requests/<uuid:pk>/", rights_views.rights_request, name="rights_request"),
    path("homes/people/requests/<uuid:pk>/paper/", rights_views.request_paper, name="request_paper"),
    path("homes/people/<uuid:pk>/", people_views.person_data, name="person_data"),
    path("homes/people/<uuid:pk>/copy/", people_views.copy, name="person_copy"),
    path("homes/people/<uuid:pk>/opened/", people_views.opened, name="person_opened"),
    path("homes/people/<uuid:pk>/consent/", people_views.consent, name="give_consent"),
    path("homes/people/<uuid:pk>/ask/", rights_views.ask, name="rights_ask"),
    path("homes/people/<uuid:pk>/join/", alike_views.join_with, name="join_with"),
]
