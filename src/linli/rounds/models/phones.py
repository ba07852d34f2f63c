"""Phones of those who walk rounds: each is bound to a mandate and to no gate (decision 0128)."""

from __future__ import annotations

from django.db import models

from linli.ground.models import Mandate
from linli.inbox.phones.handset import Handset, OneTimeCode


class WalkerPhone(Handset):
    """A phone with which somebody walks his rounds; ``shift_end``: until when it is his, and never longer than his mandate."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")

    class Meta(Handset.Meta):
        pass


class WalkerCode(OneTimeCode):
    """A one-time code that makes one phone a walker's."""

    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    phone = models.ForeignKey(WalkerPhone, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OneTimeCode.Meta):
        pass


class VisitAnnulment(models.Model):
    """A visit was taken back by who made it: a wrong tap. The visit stays and counts no more.

    Named by its id alone: what a phone sends may come in any order.
    """

    visit = models.UUIDField(primary_key=True)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    device = models.UUIDField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.visit)
