"""URLs of gates."""

from __future__ import annotations

from django.urls import URLPattern, path

from linli.gates import cards_urls, views, views_devices, views_odd, views_work

app_name = "gates"
urlpatterns: list[URLPattern] = [
    path("", views.board, name="board"),
    path("work/", views_work.work, name="work"),
    path("simulate/", views.simulate, name="simulate"),
    path("exceptions/", views_odd.exceptions, name="exceptions"),
    path("exceptions/<uuid:pk>/settle", views_odd.settle_exception, name="settle"),
    path("reviews/", views_odd.reviews, name="reviews"),
    path("reviews/<uuid:pk>/answer", views_odd.answer_review, name="answer_review"),
    path("devices/", views_devices.devices, name="devices"),
    path("devices/<uuid:pk>/cut-off", views_devices.cut_off, name="cut_off"),
    path("devices/<uuid:pk>/shift", views_devices.change_shift, name="change_shift"),
    path("checks/<uuid:pk>/", views.check, name="check"),
    path("checks/<uuid:pk>/plate/", views.see_plate, name="see_plate"),
    path("checks/<uuid:pk>/slip/", views.slip, name="slip"),
    path("checks/<uuid:pk>/annul", views_odd.annul, name="annul"),
    path("checks/<uuid:pk>/review", views_odd.ask_review, name="ask_review"),
    path("<int:pk>/", views.gate, name="gate"),
    path("<int:pk>/form/", views_work.plain_form, name="form"),
    *cards_urls.patterns,
]
