"""Errands for those at home: asked, bought, delivered without contact, settled in fen (Q03); and the code of the own page."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.care.models.cases import Case
from linli.ground.models import Household, Mandate, Person, Place
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
    received_at = models.DateTimeField(null=True, blank=True, help_text="the household said that it has it")
    limit_fen = models.PositiveIntegerField(null=True, blank=True, help_text="at most so much may be spent")
    receipt_none = models.CharField(max_length=12, blank=True, help_text="why there is no receipt")
    settled_at = models.DateTimeField(null=True, blank=True, help_text="exactly while delivered and the rows add up")
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
    """Money of an errand in fen: spent for it and change given back (+), paid by the household and waived (−); zero when settled.

    Rows are only added: a wrong one is taken back by its reversal.
    """

    class What(models.TextChoices):
        """Closed list."""

        SPENT = "spent", "垫付"
        PAID = "paid", "归还"
        RETURNED = "returned", "找零"
        WAIVED = "waived", "免收"
        REVERSAL = "reversal", "冲回"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="entries")
    what = models.CharField(max_length=10, choices=What.choices)
    fen = models.IntegerField(help_text="signed; sum zero when settled")
    way = models.CharField(max_length=10, blank=True, help_text="cash, transfer, bank")
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
                condition=Q(what__in=("spent", "returned"), fen__gt=0)
                | Q(what__in=("paid", "waived"), fen__lt=0)
                | Q(what="reversal"),
            ),
        ]


class Receipt(Personal):
    """The picture of a receipt, or of what stands at the door; never of people; nothing beside the picture, sealed."""

    class What(models.TextChoices):
        """Closed list."""

        RECEIPT = "receipt", "小票"
        DOOR = "door", "门口"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    errand = models.ForeignKey(Errand, on_delete=models.CASCADE, related_name="receipts")
    entry = models.ForeignKey(ErrandEntry, null=True, blank=True, on_delete=models.CASCADE, related_name="receipts")
    what = models.CharField(max_length=8, choices=What.choices, default=What.RECEIPT)
    sealed = models.BinaryField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField(help_text="bytes before sealing")
    happened_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]


class OwnCode(models.Model):
    """The code with which a person opens the own page: handed over in person, five tries, only its keyed digest is kept.

    One live code a person; a newer one ends it, and so do its case and its operation. Looked up before a scope exists, as a
    household's code is; it holds no name.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="codes")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    handle = models.CharField(
        max_length=8, unique=True, help_text="the first half of the code: whose tries are counted"
    )
    digest = models.CharField(max_length=64, help_text="keyed hash of the whole code")
    tries = models.PositiveSmallIntegerField(default=0, help_text="wrong ones since it was last right")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True, blank=True)
    to_guardian = models.BooleanField(default=False, help_text="handed to a child's guardian")
    used_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        indexes = [models.Index(fields=["case", "revoked_at"], name="care_code_of_case")]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(revoked_at__isnull=True), name="care_one_code")
        ]

    def __str__(self) -> str:
        return str(self.id)
