"""Addresses of permits and cards, under /gates/."""

from __future__ import annotations

from django.urls import path

from linli.gates import cards_print_views, cards_views

patterns = [
    path("permits/", cards_views.overview, name="permits"),
    path("permits/late/", cards_views.late, name="permits_late"),
    path("permits/hand-out/", cards_views.hand_out, name="permits_hand_out"),
    path("permits/places/<int:pk>/", cards_views.building, name="permits_building"),
    path("permits/cards/<uuid:pk>/", cards_views.card, name="permits_card"),
    path("permits/new/", cards_print_views.new, name="permits_new"),
    path("permits/batches/<uuid:pk>/", cards_print_views.batch, name="permits_batch"),
    path("permits/batches/<uuid:pk>/progress/", cards_print_views.progress, name="permits_progress"),
    path("permits/batches/<uuid:pk>/cards.pdf", cards_print_views.pdf, name="permits_pdf"),
]
