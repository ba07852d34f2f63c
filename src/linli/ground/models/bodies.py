"""Bodies (organisations; their kind is data) and mandates."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from linli.ground.models.people import Person
from linli.ground.models.places import Place


class BodyKind(models.Model):
    """A kind of body is a row: residents' committee, owners' committee, property company, branch, company, NGO, school …"""

    code = models.SlugField(max_length=30, unique=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    words = models.CharField(
        max_length=300, blank=True, help_text="other words by which lists name it, with 、 between"
    )
    rank = models.PositiveSmallIntegerField(default=50, help_text="order on pages")

    class Meta:
        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.name_zh


class Body(models.Model):
    """An organisation with a place where it is at home. As it stands today; what it was before is in :class:`BodyVersion`."""

    kind = models.ForeignKey(BodyKind, on_delete=models.PROTECT, related_name="bodies")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="bodies")
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=40, blank=True, help_text="the office's own number for it, if it has one")
    phone = models.CharField(
        max_length=60, blank=True, help_text="the duty telephone of the body, never somebody's own"
    )
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="the first day on which it no longer exists")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class BodyVersion(models.Model):
    """What a body was called, what it was, and to whom it belonged, from a day on. The end is the next row's beginning."""

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="versions")
    since = models.DateField()
    name = models.CharField(max_length=120)
    kind = models.ForeignKey(BodyKind, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["body", "since"]
        constraints = [models.UniqueConstraint(fields=["body", "since"], name="body_one_version_a_day")]

    def __str__(self) -> str:
        return f"{self.name} ({self.since})"


class BodyPair(models.Model):
    """Two bodies with names alike of which a person said: they are two. Never joined; asked about once."""

    one = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="body_pair_once")]

    def __str__(self) -> str:
        return f"{self.one_id}/{self.other_id}"


class Mandate(models.Model):
    """Holder × capacity × place or body × from–to. What its holder may do is computed from it (``linli.ground.mandates``).

    The holder is exactly one of: an account, a person of the register without an account, a body. Inside a body it may also be
    somebody known by name only (``holder_name``): who neither signs in nor lives here, such as the contact of a company.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates"
    )
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates_held")
    capacity = models.SlugField(max_length=30)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates")
    of_body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates_in")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the first day on which it no longer holds")
    title = models.CharField(max_length=60, blank=True, help_text="as printed on a notice")
    holder_name = models.CharField(max_length=80, help_text="as it was when the mandate began")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="mandate_one_holder",
                condition=Q(user__isnull=False, person__isnull=True, body__isnull=True)
                | Q(user__isnull=True, person__isnull=False, body__isnull=True)
                | Q(user__isnull=True, person__isnull=True, body__isnull=False)
                | (
                    Q(user__isnull=True, person__isnull=True, body__isnull=True)
                    & Q(of_body__isnull=False, place__isnull=True)
                    & ~Q(holder_name="")
                ),
            ),
            models.CheckConstraint(
                name="mandate_somewhere", condition=Q(place__isnull=False) | Q(of_body__isnull=False)
            ),
            models.CheckConstraint(
                name="mandate_order", condition=Q(until__isnull=True) | Q(until__gte=models.F("since"))
            ),
        ]
        indexes = [
            models.Index(fields=["user", "until"], name="mandate_user"),
            models.Index(fields=["place", "capacity"], name="mandate_place"),
            models.Index(fields=["of_body", "capacity"], name="mandate_of_body"),
        ]

    def __str__(self) -> str:
        return f"{self.holder_name}: {self.capacity}"
