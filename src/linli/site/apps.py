"""The site app: command line verbs and the pages of the installation itself."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "linli.site"
    label = "linli_site"

    def ready(self) -> None:
        # the journal must know the acts' sentences; apps must be loaded first
        from linli.gates.beside import add_source
        from linli.gates.returning import listen
        from linli.journeys import trainings
        from linli.notices import retention as notices
        from linli.operations import retention
        from linli.returnees import changes
        from linli.rounds import sources
        from linli.site import acts, from_duty, inspecting, returning  # noqa: F401

        retention.register("notices", notices.due, notices.erase)
        add_source(inspecting.panel)
        sources.register("shift", from_duty.shift)
        trainings.introduce(from_duty.trainings)
        listen(returning.REGISTRY)
        changes.listen(returning.changed)
