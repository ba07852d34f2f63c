"""The notices app. Its erasure is registered with ``operations.retention`` by the site, because the two share a floor."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "linli.notices"
    verbose_name = "Notices"

    def ready(self) -> None:
        # The app registry must be ready before the acts are translated.
        from linli.notices import acts  # noqa: F401  registers the acts
