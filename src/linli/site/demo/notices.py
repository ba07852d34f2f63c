"""What was told by now, as the worker does it; one of the notices was taken up, so that both halves of the page are alive."""

from __future__ import annotations

from django.utils import timezone

from linli.ground.scope import scoped
from linli.notices.actions import acknowledge
from linli.notices.actions.outbox import tell_due
from linli.notices.models import Addressee
from linli.site.demo.build import Built, Say


def notices(built: Built, say: Say) -> None:
    """Tell what is due; the secretary sees to the oldest that he was told of, if anything else waits for him."""
    say("who was told of what")
    secretary = built.users["shuji"]
    with scoped(neighbourhood_ids={built.neighbourhood.pk}, reason="cli:demo"):
        tell_due(timezone.now())
        own = Addressee.objects.filter(user=secretary).select_related("notice").order_by("notice__due_at")
        rows = [one.notice for one in own if one.notice.open]
        if len(rows) > 1:
            acknowledge(by=secretary, notice=rows[0])
