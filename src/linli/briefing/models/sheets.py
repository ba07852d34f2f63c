"""The daily sheet as it was made, every version of it; who sent it; and at what hour a place has its own."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Place
from linli.kernel.ids import uuid7


class SheetHour(models.Model):
    """At what time of the day the sheet of a place is made; a place without a row has it at eight."""

    place = models.OneToOneField(Place, primary_key=True, on_delete=models.CASCADE, related_name="sheet_hour")
    at = models.TimeField()
    changed_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.place_id} {self.at:%H:%M}"


class Sheet(models.Model):
    """What was known of a place at the sheet's hour, frozen: a neighbourhood's, or a subdistrict's with all its neighbourhoods.

    ``numbers``: codes, ids and quantities (``briefing.numbers.Numbers``), no name of anybody. A correction is the next version, with who
    and why; the one that was sent stays.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="sheets")
    day = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    as_of = models.DateTimeField(help_text="the moment it speaks of")
    heard_by = models.DateTimeField(help_text="what it knows: heard by then; later than as_of in a correction")
    made_at = models.DateTimeField()
    numbers = models.JSONField()
    by_user = models.BigIntegerField(null=True, blank=True, help_text="who corrected it; null: made by itself")
    by_name = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-day", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["place", "day", "version"], name="sheet_version_of_a_day"),
            models.CheckConstraint(name="sheet_correction_says_why", condition=Q(version=1) | ~Q(why="")),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} {self.day} v{self.version}"


class Sending(models.Model):
    """A version of a sheet was sent to who reads it above, by somebody by name; a version is sent once.

    ``to`` null: nobody above it is in the tree; it went on paper.
    """

    sheet = models.OneToOneField(Sheet, primary_key=True, on_delete=models.PROTECT, related_name="sending")
    to = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="the subdistrict"
    )
    sent_at = models.DateTimeField()
    by_user = models.BigIntegerField()
    by_name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return str(self.sheet_id)
