"""What the columns of an office's files mean, kept under a name for the next file; no personal data: headings and fields only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Mapping(models.Model):
    """A saved mapping. ``neighbourhood`` null: the whole installation uses it. Retired: never applied again, its uses stay."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    made_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "name"], condition=Q(retired_at__isnull=True), name="mapping_one_name"
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(retired_at__isnull=True, neighbourhood__isnull=True),
                name="mapping_one_shared_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MappingVersion(models.Model):
    """One state of a mapping; never changed. ``sheets``: ``[{"print": str, "fields": {heading: field}}]``."""

    mapping = models.ForeignKey(Mapping, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sheets = models.JSONField(default=list)
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mapping", "number"], name="mapping_version_once")]

    def __str__(self) -> str:
        return f"{self.mapping_id} {self.number}"


class MappingUse(Personal):
    """The version that an import reads its file with. ``dropped``: a person said not to use it for this file."""

    run = models.OneToOneField("register.ImportRun", on_delete=models.CASCADE, related_name="mapping_use")
    version = models.ForeignKey(MappingVersion, on_delete=models.PROTECT, related_name="uses")
    dropped = models.BooleanField(default=False)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.run_id} {self.version_id}"
