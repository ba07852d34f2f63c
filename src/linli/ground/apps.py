"""The ground app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroundConfig(AppConfig):
    name = "linli.ground"
    verbose_name = "Ground"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.ground import acts, ground_holdings  # noqa: F401  acts: registers them
        from linli.ground.links import Link, register_link

        ground_holdings.register_all()
        register_link("homes", Link("ground:alike", _("Perhaps one person"), "register.write"))
        register_link("homes", Link("ground:minors", _("Children under 14"), "register.write"))
        register_link("homes", Link("ground:rights_requests", _("Requests about personal data"), "register.write"))
