"""The tenancies app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TenanciesConfig(AppConfig):
    name = "linli.tenancies"
    verbose_name = "Let flats"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.ground.links import Link, register_link
        from linli.operations import retention
        from linli.tenancies import acts, holdings  # noqa: F401  acts: registers them
        from linli.tenancies import retention as own

        register_link("homes", Link("tenancies:index", _("Let flats"), "register.read"))
        register_link("home", Link("tenancies:index", _("The let flat"), "register.read"))
        retention.register("tenancies", own.due, own.erase)
        holdings.register_all()
