"""Permits and cards: a permit is a right, a card is a medium that carries it (SEEDS G01, G02, G04)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.ground.models import Area, Person, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Klass(models.TextChoices):
    """Who comes to a gate; the order is that of ``linli.kernel.permit_code.KLASSES``."""

    RESIDENT = "resident", "居民"
    VISITOR = "visitor", "访客"
    COURIER = "courier", "快递"
    WORKER = "worker", "施工维修"
    EMERGENCY = "emergency", "紧急"
    STAFF = "staff", "楼宇员工"


class Permit(Personal):
    """A right: its holder may pass the gates of an area (all gates when ``area`` is null) from ``since`` until ``until``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=7, help_text="readable, without hyphens (kernel.permit_number)")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="permits")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    klass = models.CharField(max_length=10, choices=Klass.choices, default=Klass.RESIDENT)
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="the first moment at which it no longer holds")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=30, blank=True, help_text="code: why it was cancelled")
    issued_at = models.DateTimeField(auto_now_add=True)
    issued_by = models.BigIntegerField(null=True, help_text="accounts.User id")

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "number"], name="permit_number_once"),
            models.UniqueConstraint(
                fields=["person", "klass"], condition=Q(cancelled_at__isnull=True), name="permit_one_live"
            ),
            models.CheckConstraint(name="permit_order", condition=Q(until__gt=F("since"))),
        ]
        indexes = [models.Index(fields=["neighbourhood", "until"], name="permit_until")]

    def __str__(self) -> str:
        return self.number


class PermitKey(models.Model):
    """A signing key of a neighbourhood's cards. Old keys stay readable until they are withdrawn: rotating re-prints nothing."""

    kid = models.CharField(max_length=8, primary_key=True)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    public_key = models.BinaryField(help_text="SPKI, DER; the private half lies in the vault as permit:<kid>")
    since = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="from then on its cards are unknown")

    class Meta:
        ordering = ["since", "kid"]
        indexes = [models.Index(fields=["neighbourhood", "since"], name="permitkey_place")]

    def __str__(self) -> str:
        return self.kid


class PrintBatch(Personal):
    """One order to print, with the day by which its cards are to be handed out (G03)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=80, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kid = models.CharField(max_length=8)
    deadline = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    cards = models.PositiveIntegerField(default=0)
    data = models.JSONField(default=dict, help_text="codes, ids and quantities only")

    class Meta(Personal.Meta):
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["neighbourhood", "-made_at"], name="printbatch_latest")]

    def __str__(self) -> str:
        return str(self.id)


class Card(Personal):
    """A medium that carries a permit. What state it is in follows from its events."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    permit = models.ForeignKey(Permit, on_delete=models.PROTECT, related_name="cards")
    batch = models.ForeignKey(PrintBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="card_rows")
    kid = models.CharField(max_length=8)
    serial = models.PositiveIntegerField(help_text="its place in the batch, from 1")
    made_at = models.DateTimeField()

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["batch", "serial"], name="card_serial_once")]
        indexes = [models.Index(fields=["neighbourhood", "permit"], name="card_permit")]

    def __str__(self) -> str:
        return str(self.id)


class CardEvent(Personal):
    """What happened to a card. printed = handed out + in stock + spoiled at every moment (G04)."""

    class State(models.TextChoices):
        """The life of a card; the latest event holds."""

        PRINTED = "printed", "已印"
        LAMINATED = "laminated", "已塑封"
        CUT = "cut", "已裁切"
        HANDED_OUT = "handed_out", "已发放"
        SPOILED = "spoiled", "作废"
        LOST = "lost", "挂失"
        RETURNED = "returned", "已交回"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="events")
    state = models.CharField(max_length=10, choices=State.choices)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id")
    note = models.CharField(max_length=30, blank=True, help_text="code: signature, scan, helper …")

    class Meta(Personal.Meta):
        constraints = [
            models.CheckConstraint(
                name="cardevent_known_state",
                condition=Q(state__in=("printed", "laminated", "cut", "handed_out", "spoiled", "lost", "returned")),
            )
        ]
        indexes = [models.Index(fields=["card", "-happened_at", "-id"], name="cardevent_latest")]

    def __str__(self) -> str:
        return self.state
