"""The care app."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "linli.care"
    verbose_name = "Care"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.care import (
            acts,  # noqa: F401  registers the acts
            errand_telling,
            own_holdings,
            own_subjects,
            telling,
        )

        telling.register_all()
        errand_telling.register_all()
        own_subjects.register_all()
        own_holdings.register_all()
