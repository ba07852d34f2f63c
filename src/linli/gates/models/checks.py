"""Passages and what follows from them. A check is inserted by ``actions`` and deleted by ``purge``; nothing changes it between."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.gates.models.devices import Device
from linli.gates.models.permits import Klass
from linli.ground.models import Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7
from linli.operations.models import Operation

ORDINARY = [klass for klass in Klass.values if klass != Klass.EMERGENCY]
"""Everybody of whom the three are asked (G05); an emergency is completed afterwards."""


class Check(Personal):
    """One act at a gate: verified, asked, recorded (G05). Kept only under an operation, 14 days at most, then hourly counts.

    ``person``, ``permit`` and ``card`` are plain ids: what a gate saw is a fact, also when we do not know them. ``measured`` and
    ``plated`` say what the rule set asked for at that moment; the database then keeps G05 and G07 by itself. ``open`` is an entry
    that a phone let in without the three: it is not closed as admitted until a person completes it (G06).

    Companions are checks of their own with the same ``party``. A call's outcome is a second row that ``follows`` the first. What a
    stranger says of himself lies in ``details``, sealed with the operation's key.
    """

    class Outcome(models.TextChoices):
        """What happened at the gate."""

        ADMITTED = "admitted", "放行"
        HELD = "held", "联系"
        REFUSED = "refused", "未放行"
        OPEN = "open", "待补全"

    class Call(models.TextChoices):
        """What the call to a household, a guardian or the office said."""

        AGREED = "agreed", "同意"
        DECLINED = "declined", "不同意"
        UNREACHED = "unreached", "没有打通"

    class Papers(models.TextChoices):
        """Without a document of ours; a foreign document is as good as one of ours."""

        NONE = "none", "没带证件"
        FOREIGN = "foreign", "外国证件"

    class Direction(models.TextChoices):
        """Of the passage."""

        IN = "in", "进"
        OUT = "out", "出"

    id = models.UUIDField(primary_key=True, editable=False, help_text="UUIDv7 made by the phone")
    # Each of these three begins an index with the time below; one of its own would only be written, at every passage.
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+", db_index=False)
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id, when recorded on the plain form")
    operation = models.ForeignKey(Operation, on_delete=models.PROTECT, related_name="+", db_index=False)
    permit = models.UUIDField(null=True, blank=True)
    card = models.UUIDField(null=True, blank=True)
    person = models.UUIDField(null=True, blank=True)
    card_state = models.CharField(max_length=20, default="none", help_text="what the server makes of the card")
    klass = models.CharField(max_length=10, choices=Klass.choices)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    way = models.CharField(max_length=10, help_text="card, room, search, visitor, emergency")
    purpose = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    reason = models.CharField(max_length=30)
    answers = models.JSONField(null=True, blank=True, help_text="question code → true or false")
    temperature = models.SmallIntegerField(null=True, blank=True, help_text="tenths of a degree Celsius")
    vehicle = models.BooleanField(default=False)
    plate = models.BinaryField(null=True, blank=True, help_text="sealed with the operation's key")
    companions = models.PositiveSmallIntegerField(default=0)
    host_consent = models.BooleanField(null=True, blank=True)
    filed = models.BooleanField(null=True, blank=True, help_text="whether the gate saw the filing of the work")
    visit = models.UUIDField(null=True, blank=True, help_text="the registered visit this is (G09)")
    party = models.UUIDField(null=True, blank=True, help_text="id of the first check of a group")
    follows = models.UUIDField(null=True, blank=True, help_text="id of the held or open check that this one completes")
    call = models.CharField(max_length=9, blank=True, choices=Call.choices, help_text="what the call said")
    host = models.BigIntegerField(
        null=True, blank=True, help_text="place of the host's dwelling, as the phone named it"
    )
    goods = models.PositiveSmallIntegerField(default=0, help_text="parcels left or carried")
    papers = models.CharField(max_length=7, blank=True, choices=Papers.choices)
    returning = models.BooleanField(default=False, help_text="says he comes back from elsewhere (R06)")
    details = models.BinaryField(
        null=True, blank=True, help_text="name, phone, from, plate note, note; sealed with the operation's key"
    )
    rules = models.CharField(max_length=50, help_text="code@version that the gate decided by (G08)")
    measured = models.BooleanField(default=False)
    plated = models.BooleanField(default=False)
    made_offline = models.BooleanField(default=False)
    overridden = models.BooleanField(default=False, help_text="the server would have decided otherwise")
    server_outcome = models.CharField(max_length=8, blank=True)
    server_reason = models.CharField(max_length=30, blank=True)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    skew_ms = models.BigIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    trimmed_at = models.DateTimeField(null=True, blank=True, help_text="when purge took what may be kept less long")

    class Meta(Personal.Meta):
        constraints = [
            models.CheckConstraint(
                name="check_verify_ask_record",
                condition=~Q(
                    measured=True,
                    outcome="admitted",
                    direction="in",
                    trimmed_at__isnull=True,
                    klass__in=ORDINARY,
                )
                | Q(answers__isnull=False, temperature__isnull=False) & ~Q(way=""),
            ),
            models.CheckConstraint(
                name="check_vehicle_has_plate",
                condition=~Q(plated=True, outcome="admitted", vehicle=True, trimmed_at__isnull=True, klass__in=ORDINARY)
                | Q(plate__isnull=False)
                | Q(direction="out", purpose="doctor"),
            ),
            models.CheckConstraint(name="check_overridden_says_why", condition=~Q(overridden=True, server_reason="")),
        ]
        indexes = [
            models.Index(fields=["neighbourhood", "happened_at"], name="check_when"),
            models.Index(fields=["gate", "happened_at"], name="check_gate_when"),
            models.Index(fields=["permit", "happened_at"], name="check_permit_when"),
            models.Index(fields=["operation", "happened_at"], name="check_operation"),
            models.Index(fields=["follows"], name="check_follows", condition=Q(follows__isnull=False)),
            models.Index(fields=["visit"], name="check_visit", condition=Q(visit__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Annulment(Personal):
    """A check that should not count, with a reason. The check itself stays as it is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    check_id = models.UUIDField(unique=True)
    reason = models.CharField(max_length=20, help_text="code: wrong_person, wrong_direction, double, test")
    sealed = models.BinaryField(null=True, blank=True, help_text="a sentence, sealed with the operation's key")
    at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return self.reason


class GateException(Personal):
    """Something odd at a gate that a person looks at and settles with a sentence. Never a refusal of what happened."""

    class Kind(models.TextChoices):
        """Closed list."""

        OVERRIDDEN = "overridden", "与规则不同"
        CLOCK = "clock", "时钟偏差"
        DOUBLE_USE = "double_use", "短时间内两门使用"
        UNKNOWN_CARD = "unknown_card", "不认识的证"
        INCOMPLETE = "incomplete", "记录待补全"
        FEVER = "fever", "体温偏高"
        LATE_UPLOAD = "late_upload", "停用后上传"
        MALFORMED = "malformed", "无法读懂的记录"
        WRONG_GATE = "wrong_gate", "记的是另一个门"
        RETURNING = "returning", "返回人员还没有登记"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    gate = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    other_gate = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="that the records name"
    )
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    check_id = models.UUIDField(null=True, blank=True)
    upload = models.UUIDField(null=True, blank=True, help_text="inbox.RawUpload id")
    subject = models.CharField(max_length=80, unique=True, help_text="kind and what it is about: one row each")
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    owner = models.BigIntegerField(
        null=True, help_text="accounts.User id (gates.owners); null: nobody holds the office"
    )
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.BigIntegerField(null=True)
    sealed = models.BinaryField(null=True, blank=True, help_text="the sentence, sealed")

    class Meta(Personal.Meta):
        indexes = [models.Index(fields=["neighbourhood", "settled_at", "due_at"], name="gateexception_open")]

    def __str__(self) -> str:
        return self.kind


class Review(Personal):
    """A held or refused person asks for a review; a person answers."""

    class Answer(models.TextChoices):
        """What the review found."""

        STANDS = "stands", "维持"
        CHANGED = "changed", "更正"

    class Then(models.TextChoices):
        """What follows from a correction. It is said, and somebody does it; nothing happens by itself."""

        NEXT_TIME = "next_time", "下次放行"
        HOLD_ENDED = "hold_ended", "结束先联系"
        CARD_REPLACED = "card_replaced", "换证"
        REGISTER = "register", "更正登记"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    check_id = models.UUIDField(unique=True)
    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_through = models.BigIntegerField(null=True, help_text="accounts.User id of who wrote it down")
    device = models.ForeignKey(
        Device, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="asked at the gate"
    )
    owner = models.BigIntegerField(null=True, help_text="accounts.User id; null: nobody holds the office")
    question = models.BinaryField(null=True, blank=True, help_text="sealed")
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True)
    answer = models.CharField(max_length=8, choices=Answer.choices, blank=True)
    answer_text = models.BinaryField(null=True, blank=True, help_text="sealed")
    then = models.CharField(max_length=13, choices=Then.choices, blank=True)

    class Meta(Personal.Meta):
        indexes = [models.Index(fields=["neighbourhood", "answered_at", "due_at"], name="review_open")]

    def __str__(self) -> str:
        return str(self.id)
