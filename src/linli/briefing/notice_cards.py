"""Cards of 今日 about notices: a group that does not hear, a worker that does not work, what waits for oneself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.briefing.context import Card, Context
from linli.notices import queries
from linli.notices.models import JobRun
from linli.notices.words import job_word, problem
from linli.ui.words import listed, moment, number


def notice_cards(context: Context) -> list[Card]:
    """A dead channel is seen within minutes; so is that nothing is sent at all."""
    if "notices.manage" not in context.rights:
        return []
    silent, failed = queries.worker(context.now)
    return [*_silent(silent), *_failed(failed), *_failing(context)]


def _failed(failed: Sequence[JobRun]) -> list[Card]:
    if not failed:
        return []
    title = _("What should run by itself has failed since %(at)s") % {"at": moment(failed[0].failed_since)}
    text = _("%(jobs)s. It is tried again each time; whoever runs this server finds the reason in its log.") % {
        "jobs": listed(job_word(one.name) for one in failed)
    }
    return [Card("red", title, text, reverse("notices:office"), _("See what waits"))]


def _silent(since: datetime | None) -> list[Card]:
    if since is None:
        return []
    title = _("Nobody is told of anything since %(at)s") % {"at": moment(since)}
    text = _("The program that sends notices does not work. Whoever runs this server starts it again.")
    return [Card("red", title, text, reverse("notices:office"), _("See what waits"))]


def _failing(context: Context) -> list[Card]:
    failing = queries.failing(context.neighbourhood)
    if not failing:
        return []
    if len(failing) == 1:
        (one,) = failing
        title = _("“%(name)s” does not hear of notices") % {"name": one.title}
        text = str(problem(one.problem)[0])
        return [Card("red", title, text, reverse("notices:channel", args=[one.pk]), _("Mend it"))]
    title = ngettext("%(n)s group does not hear of notices", "%(n)s groups do not hear of notices", len(failing)) % {
        "n": number(len(failing))
    }
    text = "、".join(one.title for one in failing)
    return [Card("red", title, text, reverse("notices:channels"), _("Mend them"))]


def own_notice_cards(context: Context) -> list[Card]:
    """What waits for the reader himself."""
    count, _loud = queries.bell(context.request.user, context.neighbourhood, context.now)
    if not count:
        return []
    title = ngettext("%(n)s notice waits for you", "%(n)s notices wait for you", count) % {"n": number(count)}
    text = _("Who takes one up stands by it with his name.")
    return [Card("amber", title, text, reverse("notices:mine"), _("See them"))]
