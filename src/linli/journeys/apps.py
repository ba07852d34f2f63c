"""The journeys app."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "linli.journeys"
    verbose_name = "Journeys"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.journeys import acts, alarms, holdings, phones  # noqa: F401  acts: registers them

        alarms.register_all()
        holdings.register_all()
        phones.register_all()
