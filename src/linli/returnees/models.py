"""Tables of arrivals. What is personal lies in one sealed blob a row; ids, days, codes and times lie beside it (R06)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Mandate, Person, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Case(Personal):
    """One person's arrival, from the first signal until it is settled or closed. Its state is derived from its facts.

    ``sealed``: JSON of :class:`linli.returnees.details.Details`, with the operation's key, or the register's in quiet years. The
    ground of a case is a journey; nationality and home region have no column.
    """

    class Closed(models.TextChoices):
        """Why a signal turned out empty. Closed list."""

        NOBODY = "nobody", "没有此人"
        ELSEWHERE = "elsewhere", "不住本居民区"
        NOT_AWAY = "not_away", "没有外出"
        NOT_COMING = "not_coming", "不来了"
        JOINED = "joined", "并入另一条"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    dwelling = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    name_index = models.BinaryField(max_length=16, null=True)
    phone_index = models.BinaryField(max_length=16, null=True)
    document_index = models.BinaryField(max_length=16, null=True)
    origin = models.CharField(
        max_length=12, blank=True, help_text="where the journey began: a code of data/origins.toml"
    )
    transport = models.CharField(max_length=10, blank=True)
    arrives_from = models.DateField(null=True, blank=True)
    arrives_until = models.DateField(null=True, blank=True)
    arrives_about = models.BooleanField(default=False)
    arrived = models.BooleanField(default=False)
    stay_days = models.PositiveSmallIntegerField(null=True, blank=True)
    due_at = models.DateTimeField()
    registered_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=10, choices=Closed.choices, blank=True)
    joined_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="joined")

    class Meta(Personal.Meta):
        verbose_name_plural = "cases"
        indexes = [
            models.Index(fields=["neighbourhood", "registered_at", "closed_at"], name="returnee_open"),
            models.Index(fields=["neighbourhood", "phone_index"], name="returnee_phone"),
            models.Index(fields=["neighbourhood", "arrives_until"], name="returnee_expected"),
        ]
        constraints = [
            models.CheckConstraint(
                name="returnee_settled_is_registered",
                condition=Q(settled_at__isnull=True) | Q(registered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="returnee_closed_says_why",
                condition=Q(closed_at__isnull=True, closed_as="") | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
            ),
            models.CheckConstraint(
                name="returnee_days_in_order",
                condition=Q(arrives_until__isnull=True)
                | Q(arrives_from__isnull=True)
                | Q(arrives_until__gte=models.F("arrives_from")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Signal(Personal):
    """Word that somebody arrives: by what way it came and when, nothing about who told (no count of informants can be made of it)."""

    class Source(models.TextChoices):
        """By what way. Closed list (R06)."""

        SELF = "self", "本人"
        GATE = "gate", "门岗"
        LIST = "list", "上级名单"
        NEIGHBOUR = "neighbour", "邻居来电"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="signals")
    source = models.CharField(max_length=10, choices=Source.choices)
    told_at = models.DateTimeField(help_text="the earliest moment that the words can mean")
    told_until = models.DateTimeField(help_text="the latest; the same when the moment is exact")
    about = models.BooleanField(default=False)
    heard_at = models.DateTimeField()

    class Meta(Personal.Meta):
        ordering = ["told_at"]
        constraints = [models.CheckConstraint(name="signal_order", condition=Q(told_until__gte=models.F("told_at")))]

    def __str__(self) -> str:
        return self.source


class ArrivalList(Personal):
    """A list of names from above, kept until a person has decided on each row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=16, help_text="keyed: the same list is not taken in twice")
    received_at = models.DateTimeField()
    rows_total = models.PositiveIntegerField(default=0)

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "operation", "digest"], name="arrival_list_once")
        ]

    def __str__(self) -> str:
        return str(self.id)


class ArrivalRow(Personal):
    """One row of such a list: what it says (sealed), what is wrong in which cell, which case it became."""

    class Decision(models.TextChoices):
        """What a person decided. Closed list."""

        WAITING = "waiting", "待定"
        TAKEN = "taken", "已收下"
        LEFT = "left", "不收"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # before the field called list, which hides the built-in one
    problems = models.JSONField(default=list, help_text="[[cell, code]]")
    list = models.ForeignKey(ArrivalList, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=60, null=True, blank=True)
    row = models.PositiveIntegerField()
    sealed = models.BinaryField()
    decision = models.CharField(max_length=8, choices=Decision.choices, default=Decision.WAITING)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(Personal.Meta):
        ordering = ["row"]
        constraints = [models.UniqueConstraint(fields=["list", "sheet", "row"], name="arrival_row_once")]

    def __str__(self) -> str:
        return f"{self.sheet or ''}{self.row}"


class ReturnPlan(Personal):
    """What somebody who is away says of coming back (R09). The latest ``happened_at`` holds; who is here again needs none.

    The days are a window with an about flag, as a case's. Where somebody is has no column.
    """

    class Intention(models.TextChoices):
        """Closed list."""

        COMES = "comes", "要回来"
        STAYS = "stays", "暂不回来"
        UNSURE = "unsure", "还没有定"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    intention = models.CharField(max_length=6, choices=Intention.choices)
    arrives_from = models.DateField(null=True, blank=True)
    arrives_until = models.DateField(null=True, blank=True)
    arrives_about = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at"]
        indexes = [models.Index(fields=["neighbourhood", "person", "-happened_at"], name="return_plan_latest")]
        constraints = [
            models.CheckConstraint(
                name="return_plan_days",
                condition=Q(intention="comes", arrives_from__isnull=False, arrives_until__gte=models.F("arrives_from"))
                | (~Q(intention="comes") & Q(arrives_from__isnull=True, arrives_until__isnull=True)),
            )
        ]

    def __str__(self) -> str:
        return self.intention


class ReturnAttempt(Personal):
    """One attempt to ask somebody who is away: by what way, what came of it, when, by whom (R09: several ways, several times)."""

    class Channel(models.TextChoices):
        """Closed list."""

        PHONE = "phone", "电话"
        WECHAT = "wechat", "微信"
        MESSAGE = "message", "短信"
        FAMILY = "family", "家人"
        NEIGHBOUR = "neighbour", "邻居"

    class Outcome(models.TextChoices):
        """Closed list."""

        REACHED = "reached", "联系上"
        NO_ANSWER = "no_answer", "没有回应"
        WRONG = "wrong", "号码不对"
        REFUSED = "refused", "不愿说"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=9, choices=Channel.choices)
    outcome = models.CharField(max_length=9, choices=Outcome.choices)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at"]
        indexes = [models.Index(fields=["neighbourhood", "person"], name="return_attempt_person")]

    def __str__(self) -> str:
        return f"{self.channel} {self.outcome}"
