"""URLs of briefing."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "briefing"
urlpatterns: list[URLPattern] = []
