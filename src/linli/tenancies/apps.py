"""The tenancies app."""

from django.apps import AppConfig


class TenanciesConfig(AppConfig):
    name = "linli.tenancies"
    verbose_name = "Let flats"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.operations import retention
        from linli.tenancies import acts  # noqa: F401  registers the acts
        from linli.tenancies import retention as own

        retention.register("tenancies", own.due, own.erase)
