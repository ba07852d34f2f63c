"""Cases: whom the office looks after, on what ground, from when until when, and every change of it (Q01, E02)."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from linli.care.models.hidden import CaseManager
from linli.ground.models import Household, Mandate, Person, Place
from linli.ground.scope import Personal, ScopedManager
from linli.kernel.ids import uuid7
from linli.operations.models import Operation


class Case(Personal):
    """One person who is looked after. Its state is derived from its facts; ``release_at`` is the deadline, written with each change.

    A quarantine has day 0, days and a convention (``kernel.cadence.CONVENTIONS``); other attention has an end (``ends_on``). The ground
    is a code of ``rules.GROUNDS``; nationality and home region have no column. Whoever may see only some kinds reads through
    ``seeing.visible``; ``everybody`` is there for deleting alone, which must find every row that it would leave behind.
    """

    class Kind(models.TextChoices):
        """Closed list; each is a data class of its own (``rules.DATA_CLASS``)."""

        QUARANTINE = "quarantine", "居家隔离"
        ALONE = "alone", "独居"
        DISABLED = "disabled", "行动不便"
        PREGNANT = "pregnant", "孕产"
        MEDICINE = "medicine", "长期用药"
        HARDSHIP = "hardship", "困难"
        CHILD_ALONE = "child_alone", "儿童独自在家"
        JOURNEY = "journey", "行程跟进"

    class Ground(models.TextChoices):
        """Why. Closed list: there is none for where somebody is from."""

        JOURNEY = "journey", "行程"
        CONTACT = "contact", "密切接触"
        REQUEST = "request", "本人要求"
        DUTY = "duty", "法定职责"
        EMERGENCY = "emergency", "紧急情况"

    class Closed(models.TextChoices):
        """How it ended. Closed list."""

        RELEASED = "released", "期满解除"
        ENDED = "ended", "结束"
        LAPSED = "lapsed", "口头通知失效"
        ANNULLED = "annulled", "作废"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    ground = models.CharField(max_length=10, choices=Ground.choices)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="+")
    dwelling = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="empty: a central place"
    )
    operation = models.ForeignKey(Operation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60, blank=True, help_text="opaque: traveller:…; one open case for each")
    opened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    landed_at = models.DateTimeField(null=True, blank=True)
    door_at = models.DateTimeField(null=True, blank=True)
    day0 = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    convention = models.CharField(max_length=12, blank=True)
    scheme = models.CharField(max_length=60, blank=True, help_text="code of what applied on the day of arrival")
    release_at = models.DateTimeField(null=True, blank=True, help_text="24:00 of the last day, derived when written")
    ends_on = models.DateField(null=True, blank=True, help_text="other attention: the first day on which it is over")
    plan_person = models.UUIDField(null=True, blank=True, help_text="opaque: the round's entry for this person")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_as = models.CharField(max_length=10, choices=Closed.choices, blank=True, default="")
    joined_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="closed, because its person turned out to be that of another open case",
    )
    changed_at = models.DateTimeField()

    objects: CaseManager[Any] = CaseManager()
    everybody: ScopedManager[Any] = ScopedManager()

    class Meta(Personal.Meta):
        base_manager_name = "everybody"
        indexes = [
            models.Index(fields=["neighbourhood", "closed_at", "release_at"], name="care_open"),
            models.Index(fields=["household", "closed_at"], name="care_of_household"),
            models.Index(fields=["source"], name="care_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(closed_at__isnull=True), name="care_one_open_of_a_kind"
            ),
            models.CheckConstraint(
                name="care_term_or_end",
                condition=Q(kind="quarantine", day0__isnull=False, days__isnull=False, release_at__isnull=False)
                | (~Q(kind="quarantine") & Q(day0__isnull=True, ends_on__isnull=False)),
            ),
            models.CheckConstraint(name="care_journey_ground", condition=~Q(kind="journey") | Q(ground="journey")),
            models.CheckConstraint(
                name="care_closed_says_how",
                condition=Q(closed_at__isnull=True, closed_as="") | (Q(closed_at__isnull=False) & ~Q(closed_as="")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class CaseChange(Personal):
    """What happened to a case, with the term as it was afterwards. Rows are only added; the text is sealed."""

    class Kind(models.TextChoices):
        """Closed list."""

        STARTED = "started", "开始"
        EXTENDED = "extended", "延长"
        SHORTENED = "shortened", "缩短"
        MOVED = "moved", "转移"
        ENDED = "ended", "结束"
        RELEASED = "released", "解除"
        LAPSED = "lapsed", "失效"
        ANNULLED = "annulled", "作废"
        REOPENED = "reopened", "重新打开"
        JOINED = "joined", "两件并成一件"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    reason = models.CharField(max_length=12, blank=True, help_text="a code of rules.REASONS")
    order = models.ForeignKey("care.Order", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    body_kind = models.SlugField(max_length=30, blank=True, help_text="the kind of the body that said so")
    body_name = models.CharField(max_length=120, blank=True)
    day0 = models.DateField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    dwelling = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]
        indexes = [models.Index(fields=["case", "happened_at"], name="care_change_of_case")]


class Order(Personal):
    """Who ordered a home quarantine: only a body that ``data/powers.toml`` empowers. An oral one lapses without its document."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="orders")
    body_kind = models.SlugField(max_length=30)
    body_name = models.CharField(max_length=120)
    power = models.CharField(max_length=60, help_text="code of the line of data/powers.toml that empowers it")
    document = models.BinaryField(null=True, blank=True, help_text="its number, sealed")
    oral = models.BinaryField(null=True, blank=True, help_text="who said it, sealed")
    given_at = models.DateTimeField()
    unsure = models.BooleanField(
        default=False, help_text="when it was given is not known: given_at is when it was heard of"
    )
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    lapses_at = models.DateTimeField(null=True, blank=True, help_text="oral and without its document: 24 h later")
    documented_at = models.DateTimeField(null=True, blank=True)
    lapsed_at = models.DateTimeField(null=True, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_by = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["given_at", "id"]
        indexes = [models.Index(fields=["lapses_at"], name="care_order_lapses")]
        constraints = [
            models.CheckConstraint(
                name="care_order_said_or_written", condition=Q(document__isnull=False) | Q(oral__isnull=False)
            ),
            models.CheckConstraint(
                name="care_order_lapses_without_document",
                condition=Q(documented_at__isnull=False) | Q(lapses_at__isnull=False),
            ),
        ]


class HomeFit(Personal):
    """Whether a home is fit for a quarantine; the latest holds. ``why``: codes of ``rules.UNFIT``."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="fits")
    fit = models.BooleanField()
    why = models.JSONField(default=list, blank=True)
    happened_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]


class FollowUp(Personal):
    """Of a case of the kind ``journey``: health, route, day of return; what is empty is listed as incomplete (E02)."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="follow_up")
    health = models.BinaryField(null=True, blank=True, help_text="sealed words")
    route = models.BinaryField(null=True, blank=True, help_text="sealed words")
    returns_from = models.DateField(null=True, blank=True)
    returns_until = models.DateField(null=True, blank=True)
    returns_about = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        constraints = [
            models.CheckConstraint(
                name="care_returns_in_order",
                condition=Q(returns_from__isnull=True, returns_until__isnull=True)
                | Q(returns_until__gte=models.F("returns_from")),
            )
        ]


class FollowTag(Personal):
    """A list of journeys that a follow-up is on (a code of ``data/lists.toml``). Two lists may share people: never added up."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.CASCADE, related_name="tags")
    code = models.SlugField(max_length=20)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["follow_up", "code"], name="care_follow_tag_once")]


class Need(Personal):
    """What other attention needs: a visit, a call or something brought to the door (S05), every so many days. Its words are sealed."""

    class Way(models.TextChoices):
        """How somebody looks in."""

        VISIT = "visit", "上门"
        CALL = "call", "电话"
        BRING = "bring", "送上门"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="needs")
    way = models.CharField(max_length=6, choices=Way.choices, default=Way.VISIT)
    every_days = models.PositiveSmallIntegerField(default=7)
    sealed = models.BinaryField(null=True, blank=True)
    since = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["since", "id"]
        constraints = [models.CheckConstraint(name="care_need_rhythm", condition=Q(every_days__gte=1))]


class OnSite(Personal):
    """Somebody looked in (Q02): beside the daily checks of a quarantine, or what a need asks for. The id is the sender's own."""

    class Way(models.TextChoices):
        """How."""

        VISIT = "visit", "上门"
        CALL = "call", "电话"
        BRING = "bring", "送上门"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visits")
    way = models.CharField(max_length=6, choices=Way.choices, default=Way.VISIT)
    mandate = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True, help_text="opaque: visit:…")
    sealed = models.BinaryField(null=True, blank=True)
    annulled_at = models.DateTimeField(null=True, blank=True)
    annulled_by = models.BigIntegerField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["happened_at", "id"]
        indexes = [models.Index(fields=["case", "happened_at"], name="care_visit_of_case")]
