"""The duties app."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    name = "linli.duties"
    verbose_name = "Duties"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.duties import acts, calls_telling, figures, holdings, telling  # noqa: F401  acts: registers them
        from linli.duties import retention as own
        from linli.operations import retention

        figures.register_all()
        holdings.register_all()
        telling.register_all()
        calls_telling.register_all()
        retention.register("duties", own.due, own.erase)
