"""What the cards of a gate group look like: a colour and a shape of its own, so that a pass is known at arm's length (SEEDS G04)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from linli.ground.models import Area, Place


class Colour(models.TextChoices):
    """Five colours, far apart in lightness: told apart on a grey copy and by who sees no red or no green (decision 0122)."""

    INK = "ink", _("black")
    BLUE = "blue", _("blue")
    RED = "red", _("red")
    SKY = "sky", _("light blue")
    YELLOW = "yellow", _("yellow")


class Shape(models.TextChoices):
    """Five outlines that differ in their corners, so that they are told apart where no colour is printed."""

    CIRCLE = "circle", _("circle")
    SQUARE = "square", _("square")
    TRIANGLE = "triangle", _("triangle")
    DIAMOND = "diamond", _("diamond")
    HEXAGON = "hexagon", _("hexagon")


HEX: dict[str, str] = {
    Colour.INK: "#1a1a1a",
    Colour.BLUE: "#0b4a94",
    Colour.RED: "#d1403f",
    Colour.SKY: "#6cb8ea",
    Colour.YELLOW: "#f7dc3c",
}
"""The colour itself, the same on paper, on the phone and on the office's page."""


class AreaFace(models.Model):
    """The colour and the shape of a gate group. An area with a face is a gate group in use: permits may be bound to it."""

    area = models.OneToOneField(Area, primary_key=True, on_delete=models.CASCADE, related_name="face")
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    colour = models.CharField(max_length=8, choices=Colour.choices)
    shape = models.CharField(max_length=8, choices=Shape.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "shape"], name="areaface_shape_once"),
            models.UniqueConstraint(fields=["neighbourhood", "colour"], name="areaface_colour_once"),
            models.CheckConstraint(name="areaface_colour_known", condition=models.Q(colour__in=Colour.values)),
            models.CheckConstraint(name="areaface_shape_known", condition=models.Q(shape__in=Shape.values)),
        ]

    def __str__(self) -> str:
        return f"{self.colour} {self.shape}"

    @property
    def hex(self) -> str:
        """The colour as the page, the paper and the phone draw it."""
        return HEX[self.colour]
