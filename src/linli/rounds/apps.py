"""The rounds app."""

from django.apps import AppConfig


class RoundsConfig(AppConfig):
    name = "linli.rounds"
    verbose_name = "Rounds"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.inbox.phones import rooms
        from linli.operations import retention
        from linli.rounds import (
            acts,  # noqa: F401  registers the acts
            figures,
            figures_findings,
            figures_reports,
            group_days,
            holdings,
            notices,
            points,
            sources,
            unreported,
            walkers,
        )
        from linli.rounds import retention as own

        notices.register_all()
        holdings.register_all()
        retention.register("rounds", own.due, own.erase)
        figures.register_all()
        figures_findings.register_all()
        figures_reports.register_all()
        points.register_all()
        group_days.register_all()
        sources.register_own()
        unreported.register_all()
        rooms.register_phones(walkers.known_phones)
