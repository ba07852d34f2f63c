"""The register app: the import conversation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    name = "linli.register"
    verbose_name = "Register import"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.ground.links import Link, register_link
        from linli.ground.openings import register_whole
        from linli.operations import retention
        from linli.register import (
            acts,
            figures,
            holdings,
        )
        from linli.register import retention as own

        register_link("homes", Link("register:imports", _("Import a register"), "register.import"))
        register_link("homes", Link("register:export", _("Export the register"), "register.write"))
        retention.register("register", own.due, own.erase)
        holdings.register_all()
        figures.register_all()
        register_whole(acts.RESULT_GIVEN)
