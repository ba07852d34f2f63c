"""Where somebody stands, when, and how many of whom: posts, their patterns, the shifts that come of them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from linli.ground.models import Area, Body, Place
from linli.kernel.ids import uuid7


def _spoken(chinese: str, english: str) -> str:
    """A name in the language of the page; the Chinese one where there is no other."""
    return english if english and (get_language() or "").startswith("en") else chinese


class Post(models.Model):
    """A place where people stand on duty: a gate, a zone, a building, elsewhere. ``host``: the body that has the post filled (P08).

    ``gapless``: somebody has to be there at every minute (P06). ``signup``: volunteers may put themselves down.
    """

    class Kind(models.TextChoices):
        """Of what the post is."""

        GATE = "gate", "gate"
        ZONE = "zone", "zone"
        BUILDING = "building", "building"
        OTHER = "other", "elsewhere"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80, blank=True, default="")
    host = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    gapless = models.BooleanField(default=False)
    signup = models.BooleanField(default=True)
    calendar_serial = models.PositiveIntegerField(default=0, help_text="0: no calendar address is out")
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="the first day without it")

    class Meta:
        ordering = ["title"]
        indexes = [models.Index(fields=["neighbourhood", "kind"], name="post_kind")]

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """What it is called in the language of the page."""
        return _spoken(self.title, self.title_en)


class Pattern(models.Model):
    """When a post has a shift: a local time, so many minutes, by a recurrence rule (``kernel.cadence.Timetable``), ``count`` people."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="patterns")
    name = models.CharField(max_length=30, help_text="白班, 夜班")
    name_en = models.CharField(max_length=30, blank=True, default="")
    starts = models.TimeField(help_text="local")
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(15), MaxValueValidator(24 * 60)])
    rule = models.CharField(max_length=500, default="FREQ=DAILY")
    count = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(99)])
    since = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="the first day without it")

    class Meta:
        ordering = ["starts", "name"]
        constraints = [
            models.CheckConstraint(name="pattern_span", condition=Q(minutes__gte=15, minutes__lte=24 * 60)),
            models.CheckConstraint(name="pattern_wanted", condition=Q(count__gte=1)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """What it is called in the language of the page."""
        return _spoken(self.name, self.name_en)


class Shift(models.Model):
    """One time of a post. ``wanted`` people in all; ``taken`` counts those who hold a place, and is moved by conditional UPDATE only.

    ``revision`` and ``changed_at``: what a calendar has to know (RFC 5545: SEQUENCE, DTSTAMP).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="shifts")
    pattern = models.ForeignKey(Pattern, null=True, blank=True, on_delete=models.SET_NULL, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    wanted = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="shift_time")]
        constraints = [
            models.UniqueConstraint(fields=["post", "starts_at"], name="shift_once"),
            models.CheckConstraint(name="shift_order", condition=Q(ends_at__gt=F("starts_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Need(models.Model):
    """Of the places of a shift ``count`` are for people with a training, of a body, or able to lead; each person fills one place.

    A leader who is also trained fills one place, not two. Of a pattern, copied to its shifts; what no need names is for anybody.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    pattern = models.ForeignKey(Pattern, null=True, blank=True, on_delete=models.CASCADE, related_name="needs")
    shift = models.ForeignKey(Shift, null=True, blank=True, on_delete=models.CASCADE, related_name="needs")
    count = models.PositiveSmallIntegerField(default=1)
    training = models.ForeignKey(
        "duties.Training", null=True, blank=True, on_delete=models.PROTECT, related_name="needs"
    )
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    leader = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="need_of_one",
                condition=Q(pattern__isnull=False, shift__isnull=True) | Q(pattern__isnull=True, shift__isnull=False),
            ),
            models.CheckConstraint(
                name="need_says_something",
                condition=Q(training__isnull=False) | Q(body__isnull=False) | Q(leader=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.count}"
