"""Places: one official tree, and free areas beside it."""

from __future__ import annotations

from django.db import models

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
SEGMENT = 6


def segment(number: int) -> str:
    """A place's own part of the path: its id in base 36, six characters (2 thousand million places)."""
    out = ""
    while number:
        number, rest = divmod(number, 36)
        out = DIGITS[rest] + out
    return out.rjust(SEGMENT, "0")


def path_end(path: str) -> str:
    """The first path behind the subtree of ``path``: ``path <= x < path_end(path)`` is the subtree, by index, in any collation."""
    return path[:-SEGMENT] + segment(int(path[-SEGMENT:], 36) + 1)


class PlaceKind(models.Model):
    """A kind of place is a row: city, district, subdistrict, neighbourhood, estate, lane, building, dwelling, gate …"""

    code = models.SlugField(max_length=30, unique=True)
    name_zh = models.CharField(max_length=30)
    name_en = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField(help_text="order from the whole to the part")

    class Meta:
        ordering = ["rank", "code"]

    def __str__(self) -> str:
        return self.name_zh


class Place(models.Model):
    """A place with one official parent. ``path`` holds the ids from the root down, six base-36 characters each."""

    class EstateType(models.TextChoices):
        """R07: estates are typed."""

        NONE = "", "-"
        VILLA = "villa", "villa"
        OTHER = "other", "other"

    kind = models.ForeignKey(PlaceKind, on_delete=models.PROTECT, related_name="places")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    neighbourhood = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="itself, for a neighbourhood",
    )
    path = models.CharField(max_length=SEGMENT * 14, db_index=True, blank=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=30, blank=True)
    address = models.CharField(
        max_length=80, blank=True, default="", help_text="of an estate: its road and lane, 虹古路1597弄"
    )
    estate_type = models.CharField(max_length=10, choices=EstateType.choices, blank=True, default="")
    sort = models.CharField(
        max_length=60, blank=True, help_text="natural order inside the parent: numbers padded with zeros"
    )
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text="the place that goes on for it; its old name and code lead there",
    )
    split_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parted",
        help_text="what it was a part of",
    )
    urban_rural = models.CharField(
        max_length=3,
        blank=True,
        default="",
        help_text="the statistical class of a committee: 111 main urban … 220 village",
    )

    class Meta:
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | models.Q(until__isnull=False),
                name="place_merged_is_ended",
            )
        ]
        indexes = [
            models.Index(fields=["neighbourhood", "kind", "path"], name="place_in_neighbourhood"),
            models.Index(fields=["parent", "sort"], name="place_children"),
            models.Index(fields=["code"], name="place_code"),
        ]

    def __str__(self) -> str:
        return self.name

    def contains(self, other: Place) -> bool:
        """Whether ``other`` is this place or lies in it."""
        return bool(self.path) and other.path.startswith(self.path)

    def ancestor_ids(self) -> list[int]:
        """The ids from the root down to this place, itself included."""
        return [int(self.path[i : i + SEGMENT], 36) for i in range(0, len(self.path), SEGMENT)]


class PlaceName(models.Model):
    """A span of a place's history: what it was called, coded and part of from a day on, until the next span or its own ``until``."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=30, blank=True)
    since = models.DateField()
    parent = models.ForeignKey(Place, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    seen = models.DateField(null=True, blank=True, help_text="the last day of which a list says the same")
    until = models.DateField(null=True, blank=True, help_text="the place was gone from this day on")
    source = models.CharField(max_length=60, blank=True, default="", help_text="page, or list of a day")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "since"], name="place_one_name_a_day"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="place_name_has_a_day",
            ),
        ]
        indexes = [
            models.Index(fields=["code", "since"], name="place_name_code"),
            models.Index(fields=["name"], name="place_name_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.since})"


class Area(models.Model):
    """A free set of places beside the official tree: the gates of a group, the lanes of a patrol."""

    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="areas")
    name = models.CharField(max_length=80)
    purpose = models.SlugField(max_length=30, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["neighbourhood", "name"], name="area_name")]

    def __str__(self) -> str:
        return self.name


class AreaPlace(models.Model):
    """One place of an area (with all that lies in it)."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="members")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "place"], name="area_place_once")]

    def __str__(self) -> str:
        return f"{self.area_id}/{self.place_id}"
