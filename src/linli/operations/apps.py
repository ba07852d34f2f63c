"""The operations app."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "linli.operations"
    verbose_name = "Operations"

    def ready(self) -> None:
        from linli.operations import acts  # noqa: F401  registers the acts once the app registry is ready
