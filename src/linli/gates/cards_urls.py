"""Addresses of permits and cards, under /gates/."""

from __future__ import annotations

from django.urls import path

from linli.gates import (
    cards_card_views,
    cards_desk_views,
    cards_key_views,
    cards_print_views,
    cards_views,
    views_towers,
)

patterns = [
    path("permits/", cards_views.overview, name="permits"),
    path("permits/books/", cards_views.books, name="permits_books"),
    path("permits/late/", cards_views.late, name="permits_late"),
    path("permits/hand-out/", cards_desk_views.hand_out, name="permits_hand_out"),
    path("permits/find/", cards_card_views.find, name="permits_find"),
    path("permits/places/<int:pk>/", cards_views.building, name="permits_building"),
    path("permits/places/<int:pk>/receipts/", cards_views.receipt_list, name="permits_receipts"),
    path("permits/cards/<uuid:pk>/", cards_card_views.card, name="permits_card"),
    path("permits/cards/<uuid:pk>/replace/", cards_card_views.replace, name="permits_replace"),
    path("permits/keys/", cards_key_views.keys, name="permits_keys"),
    path("permits/keys/<slug:kid>/withdraw/", cards_key_views.withdraw, name="permits_withdraw"),
    path("permits/groups/", cards_key_views.groups, name="permits_groups"),
    path("permits/groups/<int:pk>/", cards_key_views.group, name="permits_group"),
    path("towers/", views_towers.towers, name="towers"),
    path("towers/<int:pk>/", views_towers.tower, name="tower"),
    path("towers/<int:pk>/<slug:verb>/", views_towers.do, name="tower_do"),
    path("permits/new/", cards_print_views.new, name="permits_new"),
    path("permits/batches/<uuid:pk>/", cards_print_views.batch, name="permits_batch"),
    path("permits/batches/<uuid:pk>/mark/", cards_print_views.mark, name="permits_mark"),
    path("permits/batches/<uuid:pk>/progress/", cards_print_views.progress, name="permits_progress"),
    path("permits/batches/<uuid:pk>/cards.pdf", cards_print_views.pdf, name="permits_pdf"),
]
