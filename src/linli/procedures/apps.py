"""The procedures app."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "linli.procedures"
    verbose_name = "Procedures"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.ground import locks
        from linli.ground.holdings import register_holding
        from linli.procedures import acts  # noqa: F401  registers the acts
        from linli.procedures.holdings import PARTED
        from linli.procedures.parting import job

        locks.closed_by(job.busy)
        register_holding(PARTED)
