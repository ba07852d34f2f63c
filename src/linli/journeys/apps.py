"""The journeys app."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "linli.journeys"
    verbose_name = "Journeys"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.journeys import holdings

        holdings.register_all()
