"""The product's addresses and the baseline's."""

from __future__ import annotations

from django.urls import path

from gate_baseline.views import check
from linli.site.urls import urlpatterns as product

urlpatterns = [*product, path("baseline/check", check)]
