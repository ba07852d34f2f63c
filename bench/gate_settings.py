"""The product's settings with the baseline beside it; `BENCH_PG` names a PostgreSQL server."""

from __future__ import annotations

import os

from linli.site.settings import *  # noqa: F403  settings are taken over as they ship
from linli.site.settings import DATABASES, INSTALLED_APPS
from tests.support.postgres import database_settings

INSTALLED_APPS = [*INSTALLED_APPS, "gate_baseline"]
ROOT_URLCONF = "gate_urls"
if os.environ.get("BENCH_PG"):
    DATABASES["default"] = {**database_settings(os.environ["BENCH_PG"]), "CONN_MAX_AGE": 300}
