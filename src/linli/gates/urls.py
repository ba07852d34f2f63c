"""URLs of gates."""

from __future__ import annotations

from django.urls import URLPattern, path

from linli.gates import cards_urls, views, views_devices, views_holds, views_odd, views_reviews, views_work
from linli.gates.visits import urls as visits_urls

app_name = "gates"
urlpatterns: list[URLPattern] = [
    path("", views.board, name="board"),
    path("work/", views_work.work, name="work"),
    path("simulate/", views.simulate, name="simulate"),
    path("exceptions/", views_odd.exceptions, name="exceptions"),
    path("exceptions/<uuid:pk>/settle", views_odd.settle_exception, name="settle"),
    path("exceptions/<uuid:pk>/hand-on", views_odd.hand_on, name="hand_on"),
    path("exceptions/together", views_odd.settle_together, name="settle_together"),
    path("reviews/", views_reviews.reviews, name="reviews"),
    path("reviews/<uuid:pk>/answer", views_reviews.answer_review, name="answer_review"),
    path("reviews/<uuid:pk>/slip/", views_reviews.answer_slip, name="answer_slip"),
    path("holds/", views_holds.in_force, name="holds"),
    path("holds/new/", views_holds.new, name="hold_new"),
    path("holds/<uuid:pk>/extend", views_holds.extend, name="hold_extend"),
    path("holds/<uuid:pk>/end", views_holds.end, name="hold_end"),
    path("devices/", views_devices.devices, name="devices"),
    path("devices/<uuid:pk>/cut-off", views_devices.cut_off, name="cut_off"),
    path("devices/<uuid:pk>/shift", views_devices.change_shift, name="change_shift"),
    path("checks/<uuid:pk>/", views.check, name="check"),
    path("checks/<uuid:pk>/plate/", views.see_plate, name="see_plate"),
    path("checks/<uuid:pk>/details/", views.see_details, name="see_details"),
    path("checks/<uuid:pk>/slip/", views.slip, name="slip"),
    path("checks/<uuid:pk>/annul", views_odd.annul, name="annul"),
    path("checks/<uuid:pk>/review", views_reviews.ask_at_gate, name="ask_review"),
    path("checks/<uuid:pk>/review/office", views_reviews.ask_at_office, name="ask_at_office"),
    path("<int:pk>/", views.gate, name="gate"),
    path("<int:pk>/form/", views_work.plain_form, name="form"),
    *cards_urls.patterns,
    *visits_urls.patterns,
]
