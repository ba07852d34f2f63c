"""Registered visits: somebody is expected, with the host's consent, at one gate (SEEDS G09: one code, one entry)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.gates.models.devices import Device
from linli.gates.models.permits import Klass
from linli.ground.models import Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Visit(Personal):
    """Who is expected at which gate, from when until when, at whose home. Its id is the card and the permit of its code.

    Lives with its operation. The visitor's name, telephone, plate and goods, all of them optional, lie sealed in one blob with the
    operation's key; the tail of the plate is findable by a keyed index. Whether it was used is not a column: ``VisitUse`` says it.
    """

    class Entries(models.TextChoices):
        """How often its code lets in. ``once`` is the rule; the others are for who works here for days."""

        ONCE = "once", "一次"
        DAILY = "daily", "每天一次"
        MANY = "many", "多次"

    class Consent(models.TextChoices):
        """How the host agreed, or what stands in its place."""

        HOST_PAGE = "host_page", "住户自己登记"
        PHONE = "phone", "电话"
        SLIP = "slip", "访客单"
        OFFICE = "office", "到居委会说明"
        FILED = "filed", "备案"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=7, help_text="readable, without hyphens (kernel.permit_number)")
    klass = models.CharField(max_length=10, choices=Klass.choices)
    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", help_text="the one that its code names")
    host = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", help_text="the dwelling visited")
    host_person = models.UUIDField(null=True, blank=True, help_text="ground.Person, when one of the home is named")
    purpose = models.CharField(max_length=20, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(help_text="the first moment at which it no longer holds")
    entries = models.CharField(max_length=5, choices=Entries.choices, default=Entries.ONCE)
    party = models.PositiveSmallIntegerField(default=1, help_text="how many come together")
    sealed = models.BinaryField(null=True, blank=True, help_text="name, phone, plate, goods; the operation's key")
    plate_tail = models.BinaryField(max_length=16, null=True, blank=True, help_text="keyed index of the last four")
    consent_by = models.CharField(max_length=9, choices=Consent.choices)
    consented_at = models.DateTimeField()
    promise = models.BooleanField(null=True, blank=True, help_text="a written promise was seen (filed work; RULES B3)")
    made_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id; null: the host, without an account")
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_by = models.BigIntegerField(null=True, help_text="accounts.User id; null: the host")

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "number"], name="visit_number_once"),
            models.CheckConstraint(name="visit_order", condition=Q(until__gt=F("since"))),
            models.CheckConstraint(name="visit_somebody_comes", condition=Q(party__gte=1)),
        ]
        indexes = [
            models.Index(fields=["neighbourhood", "until", "since"], name="visit_when"),
            models.Index(fields=["host", "until"], name="visit_host"),
            models.Index(fields=["neighbourhood", "plate_tail"], name="visit_plate"),
            models.Index(fields=["operation", "until"], name="visit_operation"),
        ]

    def __str__(self) -> str:
        return self.number


class VisitUse(Personal):
    """That the code of a visit let somebody in: the first that the server learned of, never changed (G09).

    ``slot`` says which of its entries it was: nothing for a visit of one entry, the day for a daily one, the check for many. Two
    gates that use one code ask for the same slot, and the database gives it once.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="uses")
    slot = models.CharField(max_length=36, blank=True)
    check_id = models.UUIDField(help_text="gates.Check; asked for before the check itself arrives")
    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["visit", "slot"], name="visituse_first_stands")]
        indexes = [models.Index(fields=["check_id"], name="visituse_check")]

    def __str__(self) -> str:
        return str(self.id)


class HostCode(models.Model):
    """The code of a household's own page: who holds its slip registers visits to that home. Only its keyed digest is kept.

    One live code a home; a new one ends the earlier one. It ends with the operation, or when the office withdraws it. It names a
    dwelling and no person, and is looked up before a scope exists, as a phone's key is.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    home = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True, help_text="keyed hash of the eight characters")
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    used_at = models.DateTimeField(null=True, blank=True, help_text="when it was last typed in")
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["home"], condition=Q(revoked_at__isnull=True), name="hostcode_one_a_home")
        ]
        indexes = [models.Index(fields=["operation", "home"], name="hostcode_operation")]

    def __str__(self) -> str:
        return str(self.id)
