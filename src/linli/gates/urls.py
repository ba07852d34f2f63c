"""URLs of gates."""

from __future__ import annotations

from django.urls import URLPattern

from linli.gates import cards_urls

app_name = "gates"
urlpatterns: list[URLPattern] = [*cards_urls.patterns]
