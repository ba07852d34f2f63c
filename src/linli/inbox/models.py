"""Raw uploads: what a device or an office sent, kept as it came before anybody interprets it, sealed, and replayable."""

from __future__ import annotations

from django.db import models

from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class RawUpload(Personal):
    """One payload. Small ones are sealed in the row, large ones in ``$LINLI_DATA/inbox/<id>``; the same payload is kept once."""

    class State(models.TextChoices):
        """``waiting``: a person must look; ``done``: interpreted or set aside; ``erased``: only this line is left."""

        KEPT = "kept", "已保存"
        WAITING = "waiting", "等人处理"
        DONE = "done", "已处理"
        ERASED = "erased", "已删除"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=30, help_text="register.file, gates.batch, gates.item …")
    source = models.CharField(max_length=60, help_text="opaque: user:5, device:<uuid>")
    digest = models.BinaryField(max_length=16, help_text="keyed digest of the payload")
    size = models.BigIntegerField(help_text="bytes")
    name = models.BinaryField(null=True, blank=True, help_text="the file's name, sealed")
    sealed = models.BinaryField(null=True, blank=True, help_text="null: the payload lies in a file, or is erased")
    key = models.CharField(
        max_length=60, default="inbox", help_text="vault key of the payload; what it belongs to may end it"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.KEPT)
    problem = models.CharField(max_length=40, blank=True, help_text="code: why a person must look")
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.BigIntegerField(null=True, help_text="accounts.User id")

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "kind", "source", "digest"], name="rawupload_once")
        ]
        indexes = [
            models.Index(fields=["neighbourhood", "state", "received_at"], name="rawupload_state"),
            models.Index(fields=["received_at"], name="rawupload_received"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
