"""The ground app."""

from django.apps import AppConfig


class GroundConfig(AppConfig):
    name = "linli.ground"
    verbose_name = "Ground"

    def ready(self) -> None:
        from linli.ground import acts  # noqa: F401  registers the acts once the app registry is ready
