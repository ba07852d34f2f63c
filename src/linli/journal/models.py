"""Tables of the journal. No foreign keys: an entry outlives what it speaks of (HOUSE.md, "Append-only is enforced and erasable")."""

from __future__ import annotations

from django.db import models

from linli.kernel.ids import uuid7


class Entry(models.Model):
    """One act. Holds ids, codes, times and quantities only: never a name, a number of a person, or free text."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    act = models.CharField(max_length=60)
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id; null: the system itself")
    mandate = models.BigIntegerField(null=True)
    neighbourhood = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=30, blank=True)
    subject = models.CharField(max_length=40, blank=True, help_text="an id; for persons their pseudonym")
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["-heard_at", "-id"]
        indexes = [
            models.Index(fields=["neighbourhood", "heard_at"], name="journal_by_place"),
            models.Index(fields=["subject_kind", "subject"], name="journal_by_subject"),
            models.Index(fields=["act", "heard_at"], name="journal_by_act"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.id}"


class Detail(models.Model):
    """Text about people that belongs to an entry, sealed; destroying its key erases it, in backups too."""

    entry = models.UUIDField(primary_key=True)
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return str(self.entry)


class Pseudonym(models.Model):
    """Links a subject to the name under which the journal speaks of it; deleting the row makes the entries anonymous."""

    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=40)
    pseudonym = models.UUIDField(default=uuid7, unique=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject"], name="journal_one_pseudonym")]

    def __str__(self) -> str:
        return str(self.pseudonym)
