"""The gates app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatesConfig(AppConfig):
    name = "linli.gates"
    verbose_name = "Gates"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.gates import acts, figures, holdings, printed_files  # noqa: F401  acts: registers them
        from linli.gates import retention as own
        from linli.gates.lookups import by_permit_number
        from linli.gates.visits import holdings as visits_holdings
        from linli.gates.visits import retention as visits
        from linli.ground.links import Link, register_link
        from linli.ground.search import register_provider
        from linli.inbox import retention as inbox
        from linli.operations import retention

        retention.register("cards", printed_files.due, printed_files.erase)
        retention.register("gates", own.due, own.erase)
        retention.register("visits", visits.due, visits.erase)
        retention.register("inbox", inbox.due, inbox.erase)
        register_provider(by_permit_number)
        register_link("home", Link("gates:visit_new", _("Announce a visit"), "gates.visits"))
        holdings.register_all()
        figures.register_all()
        visits_holdings.register_all()
