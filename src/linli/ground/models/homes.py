"""Dwellings' states, households, residences, and who is responsible. History by ``since`` alone: the end is the next row's beginning."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models.bodies import Mandate
from linli.ground.models.people import Person
from linli.ground.models.places import Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class DwellingState(Personal):
    """One finding about a dwelling: what it is, who established it, when. The latest ``happened_at`` holds (R01)."""

    class State(models.TextChoices):
        """The eight words of the register; ``blank`` says that the office left the field empty."""

        OWNER = "owner", "自住"
        LET = "let", "出租"
        VACANT = "vacant", "空置"
        CLOSED = "closed", "空关"
        AWAY = "away", "在外"
        REFUSED = "refused", "婉拒"
        UNREACHED = "unreached", "未联系上"
        BLANK = "blank", "未填"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dwelling = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id")
    source = models.CharField(max_length=60, blank=True, help_text="opaque: import:…, visit:…, page")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["dwelling", "happened_at"], name="dwelling_state_once")]
        indexes = [models.Index(fields=["neighbourhood", "dwelling", "-happened_at"], name="dwelling_state_latest")]

    def __str__(self) -> str:
        return self.state


class Household(Personal):
    """Those who share a dwelling and one responsible person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Personal.Meta):
        indexes = [models.Index(fields=["neighbourhood", "dwelling"], name="household_dwelling")]
        constraints = [
            models.UniqueConstraint(fields=["dwelling"], condition=Q(until__isnull=True), name="household_one_a_door")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Residence(Personal):
    """Where a person belongs from a day on. ``household`` null: left the neighbourhood or died. The end is the next row's beginning."""

    class Presence(models.TextChoices):
        """Whether the person is here: only ``here`` may hold a permit."""

        HERE = "here", "在住"
        AWAY = "away", "在外"
        MOVED = "moved", "已搬走"
        DIED = "died", "已故"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="residences")
    household = models.ForeignKey(Household, null=True, blank=True, on_delete=models.PROTECT, related_name="residences")
    relation = models.CharField(max_length=20, blank=True, help_text="head, spouse, child, tenant, cotenant …")
    presence = models.CharField(max_length=6, choices=Presence.choices, default=Presence.HERE)
    away_note = models.CharField(max_length=80, blank=True)
    remark = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    since_about = models.BooleanField(default=False)
    source = models.CharField(max_length=60, blank=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "since"], name="residence_one_a_day")]
        indexes = [models.Index(fields=["neighbourhood", "household"], name="residence_household")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.presence}"


class Tie(Personal):
    """Someone who belongs to a household without living in it: the owner who lives elsewhere, a second listing, a contact."""

    class Kind(models.TextChoices):
        """Closed list."""

        OWNER = "owner", "产权人（不住）"
        LISTED = "listed", "另有登记"
        CONTACT = "contact", "联系人"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="ties")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    remark = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    source = models.CharField(max_length=60, blank=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["person", "household", "kind"], name="tie_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class Responsibility(Personal):
    """Who answers for a household from a day on; exactly one at any date (R02). The secretary by default."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="responsibilities")
    mandate = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    by_user = models.BigIntegerField(null=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["household", "since"], name="responsibility_one_a_day")]
        indexes = [models.Index(fields=["neighbourhood", "mandate"], name="responsibility_mandate")]

    def __str__(self) -> str:
        return f"{self.household_id} {self.since}"
