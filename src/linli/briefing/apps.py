"""The briefing app."""

from django.apps import AppConfig


class BriefingConfig(AppConfig):
    name = "linli.briefing"
    verbose_name = "Briefing"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.briefing import acts  # noqa: F401  registers the acts
