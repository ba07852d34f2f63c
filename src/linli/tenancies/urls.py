"""URLs of let flats."""

from __future__ import annotations

app_name = "tenancies"
urlpatterns: list[object] = []
