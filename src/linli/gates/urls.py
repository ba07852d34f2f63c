"""URLs of gates."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "gates"
urlpatterns: list[URLPattern] = []
