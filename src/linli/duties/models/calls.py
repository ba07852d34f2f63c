"""Calls for volunteers with batches, groups of a lent team, tasks taken by name, works that come again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.duties.models.people import Volunteer
from linli.duties.models.posts import Post
from linli.ground.models import Body, Place
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Call(models.Model):
    """A call for volunteers (C06): so many, from then until then. ``taken`` is moved by conditional UPDATE only."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    text = models.CharField(max_length=600, blank=True)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at"]

    def __str__(self) -> str:
        return self.title


class Batch(models.Model):
    """The first batch, the second (C07)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveSmallIntegerField()
    chosen_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="batch_once")]

    def __str__(self) -> str:
        return str(self.number)


class SignUp(Personal):
    """Who answered a call, when, and whether he is in a batch or waits. From the call to the sign-up is ``at`` − ``call.opened_at``."""

    class State(models.TextChoices):
        """Closed list."""

        SIGNED = "signed", "signed up"
        SELECTED = "selected", "in a batch"
        WAITING = "waiting", "on the waiting list"
        WITHDRAWN = "withdrawn", "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="signups")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="signups")
    at = models.DateTimeField()
    batch = models.ForeignKey(Batch, null=True, blank=True, on_delete=models.PROTECT, related_name="signups")
    state = models.CharField(max_length=10, choices=State.choices, default=State.SIGNED)
    changed_at = models.DateTimeField()

    class Meta(Personal.Meta):
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "volunteer"], name="signup_once"),
            models.CheckConstraint(
                name="signup_batch", condition=Q(state="selected", batch__isnull=False) | ~Q(state="selected")
            ),
        ]


class Task(Personal):
    """Something one person takes on by name and reports done (C10), without a shift. ``source`` is opaque, as a finding's is."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=120)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    by_user = models.BigIntegerField(null=True, blank=True)
    taken_by = models.ForeignKey(Volunteer, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks")
    taken_name = models.CharField(max_length=80, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(Personal.Meta):
        ordering = ["due_at", "opened_at"]
        indexes = [models.Index(fields=["neighbourhood", "done_at"], name="task_open")]
        constraints = [
            models.CheckConstraint(name="task_done_by", condition=Q(done_at__isnull=True) | Q(taken_at__isnull=False)),
        ]


class DutyGroup(models.Model):
    """A group of a team that was divided (P08): 28 people, seven of four. ``division``: one dividing, in which each person is once."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    division = models.UUIDField()
    host = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["division", "number"], name="duty_group_once")]

    def __str__(self) -> str:
        return str(self.number)


class GroupMember(Personal):
    """Who is in which group."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(DutyGroup, on_delete=models.CASCADE, related_name="members")
    division = models.UUIDField(help_text="the group's, for the constraint")
    volunteer = models.ForeignKey(Volunteer, on_delete=models.PROTECT, related_name="groups")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["division", "volunteer"], name="group_member_once")]


class Work(models.Model):
    """Works that come again (O02): trees every five years before the rains, a crew of so many and helpers, so many days."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    neighbourhood = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.PROTECT, related_name="works")
    before = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="following")
    title = models.CharField(max_length=80)
    due_on = models.DateField()
    every_months = models.PositiveSmallIntegerField(default=0, help_text="0: once")
    days = models.PositiveSmallIntegerField(default=1)
    crew = models.PositiveSmallIntegerField(default=0)
    helpers = models.PositiveSmallIntegerField(default=0)
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["due_on"]

    def __str__(self) -> str:
        return self.title
