"""Tables of the procedures: a split or merge of neighbourhoods on its way, and what it had to take apart."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.ground.models import Place
from linli.kernel.ids import uuid7


class Parting(models.Model):
    """A neighbourhood that is split, or merged into another: what was chosen, who agreed, how far it is. Numbers and ids only.

    ``source``: from where homes go; ``target``: where they go (of a split: made when it begins). Homes that still lie in ``source`` are
    what is left to do: there is no cursor that could disagree with them.
    """

    class Kind(models.TextChoices):
        """Closed list."""

        SPLIT = "split", "拆分"
        MERGE = "merge", "合并"

    class State(models.TextChoices):
        """``waiting`` for somebody to begin it; ``running``; ``done``; ``aside``: not wanted."""

        WAITING = "waiting", "待开始"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        ASIDE = "aside", "已取消"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    source = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True, help_text="of a split: the new neighbourhood's name")
    code = models.CharField(max_length=30, blank=True)
    since = models.DateField(help_text="from this day on")
    parts = models.JSONField(default=list, help_text="of a split: ids of the places that go")
    secretary = models.BigIntegerField(null=True, help_text="of a split: accounts.User id of the new secretary")
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id; null: the command line")
    asked_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.BigIntegerField(null=True, help_text="of a merge: who agreed for the other neighbourhood")
    begun_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    homes = models.PositiveIntegerField(default=0, help_text="how many there were to move")
    moved = models.JSONField(default=dict, help_text="table → rows that went")
    slowest_ms = models.PositiveIntegerField(default=0, help_text="longest write transaction")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(source=F("target")), name="parting_two_places"
            ),
            models.CheckConstraint(condition=Q(kind="split") | Q(target__isnull=False), name="parting_merge_into"),
            models.UniqueConstraint(fields=["source"], condition=Q(state="running"), name="parting_one_from"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Trace(models.Model):
    """What a cut took apart, by ids, so that it comes together again when both ends are in one neighbourhood.

    ``standin``: ``row`` is a copy of ``points_to`` for the other side. ``pointer``: ``field`` of ``row`` led to ``points_to`` and is
    empty meanwhile. ``row``: a row about two people (``points_to``, ``other``) who are not in one neighbourhood; it lies here sealed.
    """

    KINDS: ClassVar[tuple[str, ...]] = ("standin", "pointer", "row")

    kind = models.CharField(max_length=8)
    model = models.CharField(max_length=60, help_text="app.Model")
    row = models.CharField(max_length=40)
    field = models.CharField(max_length=40, blank=True)
    points_to = models.CharField(max_length=40)
    other = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "model", "row", "field"], name="trace_once")]
        indexes = [
            models.Index(fields=["model", "points_to"], name="trace_points"),
            models.Index(fields=["model", "other"], name="trace_other"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.model}"
