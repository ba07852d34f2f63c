"""URLs of ui: the style guide."""

from __future__ import annotations

from django.urls import path

from linli.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.styleguide, name="styleguide"),
    path("print/", views.styleguide, {"kind": "print"}, name="styleguide-print"),
    path("wall/", views.styleguide, {"kind": "wall"}, name="styleguide-wall"),
    path("bare/", views.styleguide, {"kind": "bare"}, name="styleguide-bare"),
]
