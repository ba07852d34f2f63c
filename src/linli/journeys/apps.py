"""The journeys app."""

from django.apps import AppConfig


class JourneysConfig(AppConfig):
    name = "linli.journeys"
    verbose_name = "Journeys"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.journeys import acts, alarms, figures, holdings, phones  # noqa: F401  acts: registers them
        from linli.journeys import retention as own
        from linli.operations import retention

        alarms.register_all()
        figures.register_all()
        holdings.register_all()
        retention.register("journeys", own.due, own.erase)
        phones.register_all()
