"""The product's addresses and the baseline's."""

from __future__ import annotations

from django.urls import path

from gate_baseline.views import batch, check
from linli.site.urls import urlpatterns as product

urlpatterns = [
    path("baseline/check", check),
    path("scan/api/peer", batch),  # where the middleware lets a phone send a whole batch
    *product,
]
