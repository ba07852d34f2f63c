"""An import as a conversation: a run, its rows with their verdicts, the problems in the file, the questions it raises.

Names and numbers of a file stay sealed in these tables until they become persons, and are erased with the raw upload.
"""

from __future__ import annotations

from django.db import models

from linli.ground.models import Person, Place
from linli.ground.scope import Personal
from linli.inbox.models import RawUpload
from linli.kernel.ids import uuid7
from linli.register.models_mapping import Mapping, MappingUse, MappingVersion

__all__ = [
    "ImportProblem",
    "ImportQuestion",
    "ImportRow",
    "ImportRun",
    "Mapping",
    "MappingUse",
    "MappingVersion",
]


class ImportRun(Personal):
    """One file on its way into the register. ``turn`` is how far applying (or undoing) has come."""

    class State(models.TextChoices):
        """``reading`` → ``preview`` → ``applying`` → ``done`` → ``undoing`` → ``undone``; ``broken``: could not be read."""

        READING = "reading", "读取中"
        PREVIEW = "preview", "待确认"
        APPLYING = "applying", "导入中"
        DONE = "done", "已导入"
        UNDOING = "undoing", "撤销中"
        UNDONE = "undone", "已撤销"
        BROKEN = "broken", "不能读取"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    upload = models.ForeignKey(RawUpload, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    by_user = models.BigIntegerField(null=True, help_text="accounts.User id; null: the command line")
    started_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True, help_text="somebody is reading the file until then")
    overrides = models.JSONField(default=dict, help_text="sheet → column → field, as a person corrected them")
    mapping = models.JSONField(default=list, help_text="sheets, their columns and fields, without any row")
    left_kinds = models.JSONField(default=list, help_text="kinds of problems whose rows are left out")
    totals = models.JSONField(default=dict)
    made_places = models.JSONField(default=list, help_text="ids of the places this import added")
    turn = models.IntegerField(default=0)
    rows_total = models.IntegerField(default=0)
    places_done = models.BooleanField(default=False)
    slowest_ms = models.IntegerField(default=0, help_text="longest write transaction")
    problem = models.CharField(max_length=60, blank=True, help_text="refusal code of a file that could not be read")
    problem_text = models.CharField(max_length=300, blank=True, help_text="its sentence, untranslated")
    problem_params = models.JSONField(default=dict)

    class Meta(Personal.Meta):
        indexes = [models.Index(fields=["neighbourhood", "-started_at"], name="importrun_latest")]

    def __str__(self) -> str:
        return f"{self.state} {self.id}"


class ImportRow(Personal):
    """One row of the file and what becomes of it. ``effects`` are the ids of what it wrote, for undoing."""

    class Verdict(models.TextChoices):
        """Closed list. ``listed``: the same person as another row, noted at this door too."""

        NEW = "new", "新增"
        SAME = "same", "没有变化"
        STATE = "state", "房屋状态更新"
        LISTED = "listed", "同一人另有登记"
        DIFFERS = "differs", "与现有登记不同"
        LEFT = "left", "暂不导入"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    position = models.IntegerField(help_text="order in the file")
    turn = models.IntegerField(help_text="order of applying: a person before the doors he is also listed at")
    sheet = models.CharField(max_length=60, blank=True)
    row = models.IntegerField()
    door = models.CharField(max_length=160)
    leads = models.BooleanField(default=False, help_text="the first row of its dwelling: writes the dwelling's state")
    person_row = models.BooleanField(default=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.NEW)
    joins = models.IntegerField(null=True, help_text="position of the row of the same person")
    dwelling = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    sealed = models.BinaryField(null=True)
    effects = models.JSONField(default=dict)
    done = models.BooleanField(default=False)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="importrow_once")]
        indexes = [
            models.Index(fields=["run", "turn"], name="importrow_turn"),
            models.Index(fields=["run", "verdict"], name="importrow_verdict"),
            models.Index(fields=["dwelling"], name="importrow_dwelling"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row}"


class ImportProblem(Personal):
    """Something in the file that a person should know, by sheet and cell; what stood there is sealed."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="problems")
    sheet = models.CharField(max_length=60, blank=True)
    row = models.IntegerField(null=True)
    cell = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=5)
    sealed = models.BinaryField(null=True, help_text="what stands in the cell, and the proposal")

    class Meta(Personal.Meta):
        indexes = [models.Index(fields=["run", "kind"], name="importproblem_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.sheet} {self.cell}"


class ImportQuestion(Personal):
    """Two rows that may be one person. Unanswered they stay two."""

    class Answer(models.TextChoices):
        """Closed list."""

        OPEN = "", "未回答"
        SAME = "same", "同一人"
        OTHER = "other", "两个人"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="questions")
    one = models.ForeignKey(ImportRow, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(ImportRow, on_delete=models.CASCADE, related_name="+")
    certain = models.BooleanField(default=False, help_text="same document and same name: joined without asking")
    answer = models.CharField(max_length=5, choices=Answer.choices, blank=True, default="")
    answered_by = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["one", "other"], name="importquestion_once")]

    def __str__(self) -> str:
        return f"{self.one_id} {self.other_id} {self.answer}"
