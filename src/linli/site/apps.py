"""The site app: command line verbs and the pages of the installation itself."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "linli.site"
    label = "linli_site"

    def ready(self) -> None:
        from linli.site import acts  # noqa: F401  the journal must know the acts' sentences; apps must be loaded first
