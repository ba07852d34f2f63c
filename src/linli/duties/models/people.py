"""Who may stand on duty: volunteers and staff on the roster, when they can, what they have learned, what they must not do."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linli.ground.models import Body, Person, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Volunteer(Personal):
    """Somebody on the roster of a neighbourhood: a volunteer, a guard, an employee lent by a unit (``home``). 18 or older.

    That he is of age is a fact with a source: the year of birth, or who said so and when. The phone is sealed. ``person`` is a bare
    id: whom it names is the register's, and it may have gone to another neighbourhood. ``named_on``: when he agreed to be thanked by name.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    sort_name = models.CharField(max_length=120, blank=True, help_text="pinyin")
    phone_sealed = models.BinaryField(null=True, blank=True)
    phone_masked = models.CharField(max_length=24, blank=True)
    phone_index = models.BinaryField(max_length=16, null=True, blank=True)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    born_year = models.PositiveSmallIntegerField(null=True, blank=True)
    adult_said_by = models.BigIntegerField(null=True, blank=True, help_text="accounts.User id")
    adult_said_on = models.DateField(null=True, blank=True)
    home = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="the unit that sends him"
    )
    leads = models.BooleanField(default=False, help_text="can lead a shift")
    said = models.CharField(max_length=120, blank=True, help_text="when he can, in his own words")
    source = models.CharField(max_length=60, blank=True)
    named_on = models.DateField(null=True, blank=True)
    calendar_serial = models.PositiveIntegerField(default=0, help_text="0: no calendar address is out")
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the first day on which he is no longer on the roster")

    class Meta(Personal.Meta):
        ordering = ["sort_name", "name"]
        indexes = [
            models.Index(fields=["neighbourhood", "sort_name"], name="volunteer_sort"),
            models.Index(fields=["neighbourhood", "phone_index"], name="volunteer_phone"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["neighbourhood", "user"], condition=Q(user__isnull=False), name="volunteer_account"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Part(models.TextChoices):
    """The three parts of a day by which people say when they can."""

    EARLY = "early", "早"
    AFTERNOON = "afternoon", "午"
    NIGHT = "night", "晚"


class Availability(Personal):
    """A part of a weekday (1 is Monday) in which somebody can."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="availability")
    weekday = models.PositiveSmallIntegerField()
    part = models.CharField(max_length=10, choices=Part.choices)

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "weekday", "part"], name="availability_once"),
            models.CheckConstraint(name="availability_weekday", condition=Q(weekday__gte=1, weekday__lte=7)),
        ]


class Training(models.Model):
    """Something one can have learned: the gate's equipment, first aid. A row of the neighbourhood."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    code = models.SlugField(max_length=30)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["neighbourhood", "code"], name="training_once")]

    def __str__(self) -> str:
        return self.name


class Trained(Personal):
    """Who has which training, from a day until a day."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="trainings")
    training = models.ForeignKey(Training, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["volunteer", "training", "since"], name="trained_once")]


class Exemption(Personal):
    """What somebody must not be asked to do, from a day until a day. A code, never a reason: why is nobody's business."""

    class Code(models.TextChoices):
        """Closed list."""

        NO_STANDING = "no_standing", "no standing for long"
        NO_NIGHTS = "no_nights", "no nights"
        DAY_ONLY = "day_only", "between 8 and 18 only"
        NO_STAIRS = "no_stairs", "no stairs"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="exemptions")
    code = models.CharField(max_length=12, choices=Code.choices)
    since = models.DateField()
    until = models.DateField(null=True, blank=True, help_text="the first day on which it no longer holds")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["volunteer", "code", "since"], name="exemption_once")]


class Pairing(Personal):
    """Two people who are put on a shift together, or never are. ``one`` < ``other``. Without a reason, for the same reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    one = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="+")
    together = models.BooleanField()

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="pairing_once"),
            models.CheckConstraint(name="pairing_two", condition=~Q(one=F("other"))),
        ]


class Wish(Personal):
    """A day on which somebody would like to be off, or on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="wishes")
    day = models.DateField()
    off = models.BooleanField(default=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["volunteer", "day"], name="wish_once")]


class Membership(Personal):
    """To which body somebody belongs besides the unit that sends him; a party branch is such a body, and seen there only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="memberships")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["volunteer", "body", "since"], name="membership_once")]


class Away(Personal):
    """From a day until a day (``until``: the first day back) somebody is not here: lent to another unit, abroad, ill."""

    class Reason(models.TextChoices):
        """Closed list."""

        SECONDMENT = "secondment", "seconded"
        ABROAD = "abroad", "abroad"
        ILL = "ill", "ill"
        OTHER = "other", "away"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    volunteer = models.ForeignKey(Volunteer, on_delete=models.CASCADE, related_name="absences")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    place = models.CharField(max_length=60, blank=True)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(Personal.Meta):
        ordering = ["since"]
        constraints = [
            models.CheckConstraint(name="away_order", condition=Q(until__isnull=True) | Q(until__gt=F("since"))),
        ]
