"""Yesterday's daily sheet, sent, and today's, as their hour made them; before eight, those of the two days before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from linli.briefing.actions.making import make_due
from linli.briefing.actions.sending import send
from linli.briefing.models import Sheet
from linli.briefing.streets import HOUR, moment_of
from linli.ground.models import Place
from linli.site.demo.build import Built

Say = Callable[[str], None]
STOOD_BEFORE = timedelta(days=400)


def sheets(built: Built, say: Say) -> None:
    """Make both as the worker would have at their hour, and send the first."""
    say("daily sheets")
    now, today = timezone.now(), timezone.localdate()
    Place.objects.filter(since=today).update(since=today - STOOD_BEFORE)
    last = today if moment_of(today, HOUR) <= now else today - timedelta(days=1)
    for day in (last - timedelta(days=1), last):
        make_due(moment_of(day, HOUR))
    first = Sheet.objects.get(place=built.neighbourhood, day=last - timedelta(days=1))
    send(by=built.users["zhuren"], sheet=first)
