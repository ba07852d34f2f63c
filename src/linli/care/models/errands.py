"""Errands for those at home: asked, bought, delivered without contact, settled in fen (Q03); and the code of the own page."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.care.models.cases import Case
from linli.ground.models import Household, Mandate
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Errand(Personal):
    """What a household asks for. What it is is sealed; each step has its moment. Money is in :class:`ErrandEntry`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.CASCADE, related_name="errands")
    operation = models.ForeignKey(Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    asked_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True, blank=True)
    by_self = models.BooleanField(default=False, help_text="asked on the own page")
    taken_by = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True, blank=True)
    bought_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    contactless = models.BooleanField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_as = models.CharField(max_length=12, blank=True, help_text="a code of rules.NOT_DONE")
    changed_at = models.DateTimeField()

    class Meta(Personal.Meta):
        ordering = ["asked_at", "id"]
        indexes = [
            models.Index(fields=["neighbourhood", "settled_at", "cancelled_at"], name="care_errand_open"),
            models.Index(fields=["household", "asked_at"], name="care_errand_household"),
        ]
        constraints = [
            models.CheckConstraint(
                name="care_errand_delivered_how",
                condition=Q(delivered_at__isnull=True) | Q(contactless__isnull=False),
            ),
            models.CheckConstraint(
                name="care_errand_one_end", condition=Q(settled_at__isnull=True) | Q(cancelled_at__isnull=True)
            ),
        ]


class ErrandEntry(Personal):
    """Money of an errand in fen: what the helper spent (+), what the household paid back (−); zero when settled.

    Rows are only added: a wrong one is taken back by its reversal.
    """

    class What(models.TextChoices):
        """Closed list."""

        SPENT = "spent", "垫付"
        PAID = "paid", "归还"
        WAIVED = "waived", "免收"
        REVERSAL = "reversal", "冲回"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="entries")
    what = models.CharField(max_length=10, choices=What.choices)
    fen = models.IntegerField(help_text="signed; sum zero when settled")
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.CASCADE, related_name="reversed_by")
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]
        constraints = [
            models.CheckConstraint(name="care_entry_something", condition=~Q(fen=0)),
            models.CheckConstraint(
                name="care_entry_reversal",
                condition=Q(what="reversal", reverses__isnull=False) | (~Q(what="reversal") & Q(reverses__isnull=True)),
            ),
            models.CheckConstraint(
                name="care_entry_sign",
                condition=Q(what="spent", fen__gt=0) | Q(what__in=("paid", "waived"), fen__lt=0) | Q(what="reversal"),
            ),
        ]


class Receipt(Personal):
    """The photo of a receipt, shrunk and without its position, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="receipts")
    sealed = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="bytes before sealing")
    happened_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]


class OwnCode(Personal):
    """The code with which a person opens the own page: handed over in person, five tries, only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="codes")
    handle = models.CharField(max_length=8, help_text="printed beside the code: whose tries are counted")
    salt = models.BinaryField(max_length=16)
    digest = models.BinaryField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0, help_text="wrong ones since it was last right")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(revoked_at__isnull=True), name="care_one_code"),
            models.UniqueConstraint(fields=["handle"], name="care_code_handle"),
        ]
