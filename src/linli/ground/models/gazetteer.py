"""Lists of official divisions that were loaded, and what of them a person should look at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from linli.ground.models.places import Place


class GazetteerList(models.Model):
    """One official list of a day: its file until it is loaded, what it covers, what came of it."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "waiting"
        APPLYING = "applying", "applying"
        DONE = "done", "done"

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    as_of = models.DateField()
    content = models.BinaryField(null=True, blank=True, help_text="the file, until it is loaded")
    regions = models.JSONField(default=dict, help_text="level → codes of the regions of which the list is complete")
    counts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    by_user = models.BigIntegerField(null=True, blank=True)
    loaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["as_of", "pk"]
        constraints = [models.UniqueConstraint(fields=["digest", "as_of"], name="gazetteer_list_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.as_of})"


class GazetteerDoubt(models.Model):
    """Something of a list that a person should decide: two entries that may be one place, a part, a whole."""

    ANSWERS: ClassVar[tuple[str, ...]] = ("same", "different", "merged", "split", "ended", "kept")

    list = models.ForeignKey(GazetteerList, on_delete=models.CASCADE, related_name="doubts")
    kind = models.SlugField(max_length=30)
    was_code = models.CharField(max_length=30, blank=True)
    was_name = models.CharField(max_length=120, blank=True)
    now_code = models.CharField(max_length=30, blank=True)
    now_name = models.CharField(max_length=120, blank=True)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    row = models.PositiveIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=10, blank=True, default="")
    answered_by = models.BigIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "was_code", "now_code", "was_name"], name="gazetteer_doubt_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.was_name} / {self.now_name}"
