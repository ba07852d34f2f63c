"""Tables of let flats. Who lives where is the register's (ground); here lie the contract's days, where tenants are, attempts, lists."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.ground.models import Mandate, Person, Place, Tie
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Tenancy(Personal):
    """A dwelling that is let, from a day until a day. One open tenancy a dwelling; the next begins when one ends."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dwelling = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    landlord = models.ForeignKey(Tie, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    agent = models.ForeignKey(Tie, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateField(null=True, blank=True)
    since_about = models.BooleanField(default=False)
    until = models.DateField(null=True, blank=True, help_text="the last day of the contract, as far as known")
    until_about = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)

    class Meta(Personal.Meta):
        verbose_name_plural = "tenancies"
        constraints = [
            models.UniqueConstraint(fields=["dwelling"], condition=Q(ended_at__isnull=True), name="tenancy_one_a_door"),
        ]
        indexes = [models.Index(fields=["neighbourhood", "ended_at"], name="tenancy_open")]

    def __str__(self) -> str:
        return str(self.id)


class Tenant(Personal):
    """A person of the register who rents. A person may rent in two places; each is a row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenancy = models.ForeignKey(Tenancy, on_delete=models.CASCADE, related_name="tenants")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["tenancy", "person"], name="tenant_once")]

    def __str__(self) -> str:
        return str(self.id)


class Whereabouts(Personal):
    """Where a tenant is: one finding, when and from whom. The latest ``happened_at`` holds. A country is not kept."""

    class State(models.TextChoices):
        """Closed list (R08)."""

        HERE = "here", "在本市"
        ELSEWHERE = "elsewhere", "在外地"
        ABROAD = "abroad", "在境外"
        UNKNOWN = "unknown", "不清楚"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="whereabouts")
    state = models.CharField(max_length=10, choices=State.choices)
    happened_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    source = models.CharField(max_length=60, help_text="page, list:<id>")

    class Meta(Personal.Meta):
        indexes = [models.Index(fields=["tenant", "-happened_at"], name="whereabouts_latest")]

    def __str__(self) -> str:
        return self.state


class ContactAttempt(Personal):
    """One attempt to reach the tenants of a flat: when, how, what came of it, by whom."""

    class Result(models.TextChoices):
        """Closed list."""

        REACHED = "reached", "联系上"
        NO_ANSWER = "no_answer", "无人接听"
        WRONG_NUMBER = "wrong_number", "号码不对"
        DECLINED = "declined", "不愿多说"
        MESSAGE = "message", "已留言"

    class Way(models.TextChoices):
        """Closed list."""

        PHONE = "phone", "电话"
        DOOR = "door", "上门"
        LANDLORD = "landlord", "通过房东"
        COMPANY = "company", "通过物业或中介"
        CHAT = "chat", "微信等"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenancy = models.ForeignKey(Tenancy, on_delete=models.CASCADE, related_name="attempts")
    way = models.CharField(max_length=10, choices=Way.choices)
    result = models.CharField(max_length=14, choices=Result.choices)
    happened_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80, help_text="as it was then: property company, committee member")

    class Meta(Personal.Meta):
        ordering = ["-happened_at"]
        indexes = [models.Index(fields=["tenancy", "-happened_at"], name="attempt_latest")]

    def __str__(self) -> str:
        return self.result


class TenantList(Personal):
    """One month's list from a property company."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, related_name="+", help_text="the subtree that the list speaks about"
    )
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    digest = models.BinaryField(max_length=16)
    rows_total = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="verdict → rows, and of differences: found, new, gone")

    class Meta(Personal.Meta):
        ordering = ["-received_at"]
        constraints = [models.UniqueConstraint(fields=["neighbourhood", "place", "digest"], name="tenant_list_once")]

    def __str__(self) -> str:
        return str(self.id)


class TenantRow(Personal):
    """One row of a list: its words sealed (erased after 30 days), its key and verdict kept, so that next month's list shows what is new."""

    class Verdict(models.TextChoices):
        """Closed list."""

        AGREES = "agrees", "一致"
        DIFFERS = "differs", "不同"
        ONLY_LIST = "only_list", "只在物业名单"
        UNREADABLE = "unreadable", "读不出"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # before the field called list, which hides the built-in one
    problems = models.JSONField(default=list, help_text="[[cell, code]]")
    list = models.ForeignKey(TenantList, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=60, null=True, blank=True)
    row = models.PositiveIntegerField()
    dwelling = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    key = models.BinaryField(max_length=16, help_text="keyed: door and name")
    sealed = models.BinaryField(null=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    fresh = models.BooleanField(default=False, help_text="not in the list before")

    class Meta(Personal.Meta):
        ordering = ["sheet", "row"]
        indexes = [models.Index(fields=["list", "verdict"], name="tenant_row_verdict")]

    def __str__(self) -> str:
        return f"{self.sheet or ''}{self.row}"


class Difference(Personal):
    """Where list and register do not say the same: one row a fact, with an owner, until somebody says what was done."""

    class Kind(models.TextChoices):
        """Closed list (R08)."""

        ONLY_LIST = "only_list", "只在物业名单"
        ONLY_REGISTER = "only_register", "只在登记册"
        NAME = "name", "姓名"
        PHONE = "phone", "电话"
        SINCE = "since", "起租日期"
        UNTIL = "until", "到期日期"
        STATE = "state", "人在哪里"
        DOOR = "door", "没有这个门牌"

    class Done(models.TextChoices):
        """What was done. Closed list."""

        REGISTER = "register", "按物业改登记"
        COMPANY = "company", "请物业改名单"
        BOTH_RIGHT = "both_right", "两边都对"
        ASKED = "asked", "已当面核实"
        AGREES_NOW = "agrees_now", "新名单已一致"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.BinaryField(
        max_length=16, help_text="keyed: kind, door, person, both values; the same difference is one row"
    )
    kind = models.CharField(max_length=14, choices=Kind.choices)
    dwelling = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tenancy = models.ForeignKey(Tenancy, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    owner = models.ForeignKey(Mandate, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField(null=True, help_text="JSON: name, register, list")
    first_list = models.ForeignKey(TenantList, on_delete=models.CASCADE, related_name="first_seen")
    last_list = models.ForeignKey(TenantList, on_delete=models.CASCADE, related_name="last_seen")
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.BigIntegerField(null=True)
    done = models.CharField(max_length=10, choices=Done.choices, blank=True)

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(fields=["neighbourhood", "key"], name="difference_once"),
            models.CheckConstraint(
                name="difference_resolved_says_how",
                condition=Q(resolved_at__isnull=True, done="") | (Q(resolved_at__isnull=False) & ~Q(done="")),
            ),
        ]
        indexes = [models.Index(fields=["neighbourhood", "resolved_at", "kind"], name="difference_open")]

    def __str__(self) -> str:
        return self.kind
