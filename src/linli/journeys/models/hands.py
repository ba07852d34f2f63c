"""Hands: whoever can hold a traveller. Exactly one of an office, a body, a dwelling, or somebody from outside."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Body, Mandate, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Hands(Personal):
    """One holder. An office, a body and a dwelling have one row each; somebody from outside has a row of his own.

    ``sealed``: JSON of name and phone of who comes from outside, with the operation's key. Who is at home, or in a place that looks
    after him from then on, has arrived (:attr:`is_final`).
    """

    class Role(models.TextChoices):
        """What somebody from outside is to us. Closed list, plain words."""

        AIRPORT_DESK = "airport_desk", "desk at the airport or station"
        DISTRICT_DESK = "district_desk", "desk of the district"
        ESCORT = "escort", "escort on a vehicle"
        DRIVER = "driver", "driver"
        FAMILY = "family", "family or friend"
        CENTRAL = "central", "place of central quarantine"
        HOSPITAL = "hospital", "hospital"
        ELSEWHERE = "elsewhere", "another neighbourhood"
        OTHER = "other", "somebody else"

    FINAL_ROLES = frozenset((Role.CENTRAL, Role.HOSPITAL, Role.ELSEWHERE))

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=14, choices=Role.choices, blank=True)
    sealed = models.BinaryField(null=True, blank=True)
    operation = models.ForeignKey(
        Operation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="whose key seals the name",
    )

    class Meta(Personal.Meta):
        verbose_name_plural = "hands"
        constraints = [
            models.CheckConstraint(
                name="hands_of_one",
                condition=Q(
                    mandate__isnull=False, body__isnull=True, place__isnull=True, role="", operation__isnull=True
                )
                | Q(mandate__isnull=True, body__isnull=False, place__isnull=True, operation__isnull=True)
                | Q(mandate__isnull=True, body__isnull=True, place__isnull=False, role="", operation__isnull=True)
                | (
                    Q(mandate__isnull=True, body__isnull=True, place__isnull=True, operation__isnull=False)
                    & ~Q(role="")
                ),
            ),
            models.UniqueConstraint(
                fields=["neighbourhood", "mandate"], condition=Q(mandate__isnull=False), name="hands_mandate"
            ),
            models.UniqueConstraint(
                fields=["neighbourhood", "body", "role"], condition=Q(body__isnull=False), name="hands_body"
            ),
            models.UniqueConstraint(
                fields=["neighbourhood", "place"], condition=Q(place__isnull=False), name="hands_place"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_home(self) -> bool:
        """A dwelling: whoever is in these hands is at home."""
        return self.place_id is not None

    @property
    def is_final(self) -> bool:
        """Whoever is in these hands has arrived: at home, or where somebody else looks after him from now on."""
        return self.is_home or self.role in self.FINAL_ROLES
