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
from linli.register.models_words import OwnWord

__all__ = [
    "ImportProblem",
    "ImportQuestion",
    "ImportRow",
    "ImportRun",
    "Mapping",
    "MappingUse",
    "MappingVersion",
    "OwnWord",
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
    aliases = models.JSONField(
        default=list, help_text="[path, place id]: doors that the file calls otherwise than the register"
    )
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
        CHANGED = "changed", "有变化"

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
    prints = models.BinaryField(null=True, help_text="keyed fingerprints of what the row says, kept when it is erased")
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


class ImportChange(Personal):
    """One difference between what the file before said and what this one says; taken or left by a person, or by default."""

    class Outcome(models.TextChoices):
        """What became of it. ``lost``: the register was changed between the preview and the import; its value stands."""

        OPEN = "", "未处理"
        APPLIED = "applied", "已更新"
        ALREADY = "already", "登记已如此"
        LEFT = "left", "未采用"
        LOST = "lost", "登记已被他人修改"

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="changes")
    position = models.IntegerField(help_text="order in the list")
    turn = models.IntegerField(help_text="order of applying, among the turns of the rows")
    kind = models.CharField(max_length=24)
    row = models.ForeignKey(ImportRow, null=True, on_delete=models.CASCADE, related_name="changes")
    was_sheet = models.CharField(max_length=60, blank=True)
    was_row = models.IntegerField(
        null=True, help_text="where the file before said otherwise; null: the register alone did"
    )
    door = models.CharField(max_length=160)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    place = models.ForeignKey(Place, null=True, on_delete=models.SET_NULL, related_name="+")
    field = models.CharField(max_length=12, blank=True, help_text="which fact; empty: the whole row or place")
    sealed = models.BinaryField(null=True, help_text="the name, what was, what is to be, the file's and the register's")
    expected = models.BinaryField(null=True, help_text="fingerprint of the register's value when the file was compared")
    base = models.BinaryField(null=True, help_text="fingerprints of what the file before said")
    conflict = models.BooleanField(default=False, help_text="changed in the file and in the register")
    taken = models.BooleanField(default=True)
    decided_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    decided_at = models.DateTimeField(null=True, help_text="null: nobody looked, the default stands")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    effects = models.JSONField(default=dict, help_text="ids of what it wrote")
    before = models.BinaryField(null=True, help_text="sealed: the facts it replaced, for undoing")

    class Meta(Personal.Meta):
        constraints = [models.UniqueConstraint(fields=["run", "position"], name="importchange_once")]
        indexes = [
            models.Index(fields=["run", "turn"], name="importchange_turn"),
            models.Index(fields=["run", "kind"], name="importchange_kind"),
            models.Index(fields=["neighbourhood", "kind", "outcome"], name="importchange_left"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.door}"


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
