"""Words that an office writes and the importer did not know: kept beside those built in. No personal data."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Place
from linli.kernel.ids import uuid7


class OwnWord(models.Model):
    """A word for a column, a state of a home or a relation. ``neighbourhood`` null: the whole installation uses it.

    A word that is removed stays with the day and the person, so that it can be told why an earlier file was read so.
    """

    class Vocabulary(models.TextChoices):
        """Closed list: the files of ``register/data`` that an office may add to."""

        HEADINGS = "headings", "表头"
        STATES = "states", "房屋状态"
        RELATIONS = "relations", "与户主关系"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    vocabulary = models.CharField(max_length=10, choices=Vocabulary.choices)
    entry = models.CharField(max_length=20, help_text="field, state or relation it stands for")
    word = models.CharField(max_length=30, help_text="as the office writes it")
    plain = models.CharField(max_length=60, help_text="as it is compared")
    added_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    added_at = models.DateTimeField()
    removed_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "vocabulary", "plain"],
                condition=Q(removed_at__isnull=True),
                name="ownword_once",
            ),
            models.UniqueConstraint(
                fields=["vocabulary", "plain"],
                condition=Q(removed_at__isnull=True, neighbourhood__isnull=True),
                name="ownword_shared_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vocabulary} {self.entry} {self.word}"
