"""URLs of ground: homes, setup."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "ground"
urlpatterns: list[URLPattern] = []
