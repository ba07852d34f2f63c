"""Two tables: codes, and passages of codes."""

from __future__ import annotations

from django.db import models


class Code(models.Model):
    """A code that opens the gate."""

    code = models.CharField(max_length=400, unique=True)

    class Meta:
        app_label = "gate_baseline"


class Passage(models.Model):
    """That a code was used."""

    id = models.UUIDField(primary_key=True)
    code = models.ForeignKey(Code, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        app_label = "gate_baseline"
