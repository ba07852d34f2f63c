"""The returnees app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReturneesConfig(AppConfig):
    name = "linli.returnees"
    verbose_name = "Arrivals to register"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.ground.links import Link, register_link
        from linli.operations import retention
        from linli.returnees import acts, holdings, returns  # noqa: F401  acts: registers them
        from linli.returnees import retention as own

        register_link("homes", Link("returnees:index", _("Arrivals"), "register.read"))
        register_link("home", Link("returnees:new", _("Somebody arrives here"), "register.state"))
        retention.register("returnees", own.due, own.erase)
        holdings.register_all()
        returns.register_figure()
