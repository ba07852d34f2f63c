"""Ways out of the house: a group's bot or a mailbox, and what went through it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Area, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.notices.models.notices import Notice, Telling


class Channel(models.Model):
    """The bot of a group, or a mailbox. One group per zone (P03): ``area`` is the zone, null is the whole neighbourhood.

    Its address holds a key with which anybody can write to the group: it is sealed and shown by its last characters only.
    """

    class Kind(models.TextChoices):
        """Closed list. The screen needs no row: everybody with an account has one."""

        WECOM = "wecom", "WeCom"
        DINGTALK = "dingtalk", "DingTalk"
        FEISHU = "feishu", "Feishu"
        MAIL = "mail", "mail"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=60, help_text="how people call the group")
    sealed = models.BinaryField(help_text="the address, and the bot's secret where it signs")
    created_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="the first failure since it last worked")
    failures = models.PositiveIntegerField(default=0, help_text="failures since it last worked")
    problem = models.CharField(max_length=20, blank=True, default="", help_text="code of the last failure")
    answered = models.CharField(max_length=20, blank=True, default="", help_text="the service's own number for it")

    class Meta:
        ordering = ["area", "created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["area"],
                name="channel_one_group",
                condition=Q(ended_at__isnull=True, area__isnull=False) & ~Q(kind="mail"),
            )
        ]
        indexes = [models.Index(fields=["neighbourhood", "ended_at"], name="channel_in_use")]

    def __str__(self) -> str:
        return self.title


class Delivery(Personal):
    """One telling through one channel. Those of one kind that wait together go out as one message, with its number.

    ``message`` stays with it through every try, so that a group that gets it twice can see that it is the same. ``claim`` is one
    worker's hold on it until ``claimed_until``; whoever changes a row without its claim changes nothing.
    """

    class State(models.TextChoices):
        """Closed list."""

        WAITING = "waiting", "waiting"
        SENDING = "sending", "sending"
        SENT = "sent", "sent"
        DROPPED = "dropped", "dropped"
        GIVEN_UP = "given_up", "given up"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="deliveries")
    telling = models.ForeignKey(Telling, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=40, help_text="the notice's: those of one kind go out together")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    message = models.UUIDField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["next_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["telling", "channel"], name="delivery_once")]
        indexes = [
            models.Index(fields=["state", "next_at"], name="delivery_due"),
            models.Index(fields=["claim"], name="delivery_claim", condition=Q(claim__isnull=False)),
            models.Index(fields=["message"], name="delivery_message", condition=Q(message__isnull=False)),
        ]
