"""The procedures app."""

from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "linli.procedures"
    verbose_name = "Procedures"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from django.utils.translation import gettext_lazy

        from linli.care import beside as beside_cases
        from linli.care import changes as of_cases
        from linli.ground import locks
        from linli.ground.holdings import register_holding
        from linli.journeys import beside, terms
        from linli.journeys import changes as of_journeys
        from linli.procedures import (
            acts,  # noqa: F401  registers the acts
            aftercare,
            arrival_case,
            arrival_notices,
            beside_journeys,
            care_case,
            care_checks,
        )
        from linli.procedures.holdings import PARTED
        from linli.procedures.parting import job
        from linli.rounds import changes as of_rounds
        from linli.rounds import fenced
        from linli.rounds import holdings as of_fenced

        locks.closed_by(job.busy)
        register_holding(PARTED)
        arrival_notices.register_all()
        of_journeys.listen(arrival_case.followed)
        of_cases.listen(
            opened=care_case.opened,
            changed=care_case.changed,
            ended=care_case.ended,
            read=care_checks.read,
            alarmed=care_case.alarmed,
            named=care_case.named,
        )
        of_rounds.listen(care_checks.visited)
        fenced.fence(care_checks.KIND, "care.read")
        of_fenced.register_fenced(care_checks.KIND, "care.read", gettext_lazy("Daily checks at home"))
        beside_cases.introduce(scheme=terms.scheme_words)
        beside.introduce(watch=beside_journeys.watch, trained=beside_journeys.trained, aftercare=aftercare.of_traveller)
