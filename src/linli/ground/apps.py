"""The ground app."""

from django.apps import AppConfig


class GroundConfig(AppConfig):
    name = "linli.ground"
    verbose_name = "Ground"

    def ready(self) -> None:
        from linli.ground import acts, ground_holdings  # noqa: F401  acts: registers them once the app registry is ready

        ground_holdings.register_all()
