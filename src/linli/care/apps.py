"""The care app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CareConfig(AppConfig):
    name = "linli.care"
    verbose_name = "Care"

    def ready(self) -> None:
        # The app registry must be ready before models are imported.
        from linli.care import (
            errand_telling,
            failing,
            figures,
            holdings,
            own_holdings,
            own_subjects,
            staff,
            telling,
        )
        from linli.care import retention as own
        from linli.care.actions import joining as of_joins
        from linli.ground import joining
        from linli.ground.links import Link, register_link
        from linli.operations import retention

        telling.register_all()
        figures.register_all()
        errand_telling.register_all()
        failing.register_all()
        holdings.register_all()
        own_holdings.register_all()
        own_subjects.register_all()
        retention.register("care", own.due, own.erase)
        retention.register("care_staff", staff.due, staff.erase)
        joining.listen(joined=of_joins.joined, parted=of_joins.parted)
        for right in ("care.manage", "care.help"):
            register_link("home", Link("care_errands:new", _("Something is to be brought to this home"), right))
        register_link("home", Link("care:new", _("Look after somebody here"), "care.manage"))
