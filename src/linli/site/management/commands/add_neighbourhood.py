"""``linli add-neighbourhood``: another neighbourhood in the same installation, with its first secretary."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from linli.accounts.models import User
from linli.ground.actions.mandates import give_mandate
from linli.ground.actions.places import NewPlace, add_places, create_neighbourhood
from linli.ground.models import Place
from linli.site.management.base import OfficeCommand


class Command(OfficeCommand):
    help = "Add a neighbourhood to this installation; one installation holds those of a subdistrict."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("name", help="its name, as residents say it")
        parser.add_argument(
            "--secretary", required=True, help="user name of its first secretary (linli create-user makes one)"
        )
        parser.add_argument("--english", default="", help="its English name, printed beside the Chinese one")
        parser.add_argument("--code", default="", help="official code, 12 digits")
        parser.add_argument(
            "--subdistrict", default="", help="the subdistrict it belongs to; made when there is none of that name"
        )
        parser.add_argument(
            "--officer", default="", help="user name of the officer who reads the totals of the whole subdistrict"
        )

    def work(self, **options: Any) -> None:
        secretary = self._user(options["secretary"])
        officer = self._user(options["officer"]) if options["officer"] else None
        if officer is not None and not options["subdistrict"]:
            raise CommandError(_("An officer belongs to a subdistrict: name it with --subdistrict."))
        with transaction.atomic():
            above = self._subdistrict(options["subdistrict"])
            place = create_neighbourhood(
                by=None, name=options["name"], name_en=options["english"], code=options["code"], parent=above
            )
            give_mandate(by=None, capacity="secretary", place=place, user=secretary)
            if officer is not None and above is not None:
                give_mandate(by=None, capacity="officer", place=above, user=officer)
        self.say(
            _("Added %(name)s (number %(id)s); %(who)s is its secretary."), name=place.name, id=place.pk, who=secretary
        )

    def _user(self, name: str) -> User:
        user = User.objects.filter(username=name.lower(), is_active=True).first()
        if user is None:
            raise CommandError(_("There is no account %(name)s.") % {"name": name})
        return user

    def _subdistrict(self, name: str) -> Place | None:
        if not name.strip():
            return None
        known = Place.objects.filter(kind__code="subdistrict", name=name.strip()).first()
        return known or add_places([NewPlace("subdistrict", None, name.strip())])[0]
