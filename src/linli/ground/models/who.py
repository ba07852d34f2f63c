"""Who is who: what a person has decided about two rows of the register that may be one human being (SEEDS X02, X03)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.ground.models.people import Person
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Merge(Personal):
    """``person`` was joined with ``into``: who said so, when, on what evidence. Nothing was moved; ``Person.merged_into`` points.

    ``ended_at``: the join was taken back. The evidence holds codes only (``linli.kernel.alike``), never a value.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="joined")
    into = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="joins")
    at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id")
    evidence = models.JSONField(default=dict, help_text="codes: agrees, differs")
    note = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    ended_note = models.CharField(max_length=300, blank=True)

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at__isnull=True), name="merge_one_pointer"),
            models.CheckConstraint(condition=~Q(person=F("into")), name="merge_two_people"),
        ]
        indexes = [models.Index(fields=["neighbourhood", "-at"], name="merge_latest")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.into_id}"


class AlikeAnswer(Personal):
    """Somebody looked at two people and said that they are two. Not asked again. ``one`` < ``other``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id")
    evidence = models.JSONField(default=dict, help_text="codes: agrees, differs")
    note = models.CharField(max_length=300, blank=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="alike_asked_once")]

    def __str__(self) -> str:
        return f"{self.one_id} ≠ {self.other_id}"
