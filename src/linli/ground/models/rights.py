"""Rights of the person: consents and requests (PIPL art. 15, 16, 28, 31 and 44 to 50)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.ground.models.bodies import Mandate
from linli.ground.models.people import Person
from linli.ground.scope import Personal
from linli.kernel.ids import uuid7


class Consent(Personal):
    """A consent that was given for one purpose, on paper or aloud before a witness; by a guardian for a child under 14.

    PIPL art. 14 and 15 (voluntary, explicit, withdrawn as easily as given), art. 28 and 31 (under 14: a guardian's consent).
    There is no picture of anybody in it, nor anywhere else in Linli.
    """

    class Purpose(models.TextChoices):
        """What it was given for. A closed list: each purpose needs a consent of its own (PIPL art. 14, 23, 25)."""

        REGISTER = "register", "登记在册"
        CONTACT = "contact", "电话联系"
        HEALTH = "health", "健康信息"
        PUBLISH = "publish", "公开姓名"

    class Way(models.TextChoices):
        """How it was said."""

        PAPER = "paper", "书面签字"
        ORAL = "oral", "口头（有见证人）"

    class Relation(models.TextChoices):
        """Who said it: the person, or for a child a guardian (Civil Code art. 27)."""

        SELF = "self", "本人"
        MOTHER = "mother", "母亲"
        FATHER = "father", "父亲"
        GRANDPARENT = "grandparent", "祖父母、外祖父母"
        SIBLING = "sibling", "兄姐"
        OTHER = "other", "其他监护人"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    relation = models.CharField(max_length=12, choices=Relation.choices)
    given_by = models.CharField(max_length=80, help_text="the name of who consented")
    way = models.CharField(max_length=6, choices=Way.choices)
    witness = models.CharField(max_length=80, blank=True)
    given_on = models.DateField()
    noted_at = models.DateTimeField()
    noted_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_noted_by = models.BigIntegerField(null=True, help_text="accounts.User id")

    class Meta(Personal.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_on__isnull=True), name="consent_one_of_a_purpose"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("given_on")), name="consent_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.purpose}"


class RightsRequest(Personal):
    """What a person asked about his own data, who is to answer by when, and the answer with its reasons (PIPL art. 50).

    After an erasure the row stays as proof that it was done, without the person, the name and the words of the request.
    """

    class Kind(models.TextChoices):
        """PIPL art. 45 (see, copy), 46 (correct), 47 (delete), 48 (explain), 15 (withdraw a consent), 24 (a person's review)."""

        SEE = "see", "查阅"
        COPY = "copy", "复制"
        CORRECT = "correct", "更正、补充"
        DELETE = "delete", "删除"
        EXPLAIN = "explain", "解释说明"
        REVIEW = "review", "请人复核"

    class Outcome(models.TextChoices):
        """The answer; empty while it is open."""

        OPEN = "", "待答复"
        DONE = "done", "已办理"
        PARTLY = "partly", "部分办理"
        REFUSED = "refused", "未予办理"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    asked_by = models.CharField(max_length=80, blank=True, help_text="who asked; empty: the person")
    relation = models.CharField(max_length=12, blank=True, choices=Consent.Relation.choices)
    checked = models.CharField(max_length=10, help_text="code: how it was made sure who asks")
    words = models.CharField(max_length=500, blank=True, help_text="what was asked, in the person's words")
    asked_on = models.DateField()
    due = models.DateField()
    owner = models.ForeignKey(Mandate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    noted_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True, default="")
    reasons = models.CharField(max_length=500, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.BigIntegerField(null=True, help_text="accounts.User id")
    erased = models.JSONField(default=dict, help_text="codes and quantities: what went, what stays until when")

    class Meta(Personal.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True) | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="request_answered",
            )
        ]
        indexes = [models.Index(fields=["neighbourhood", "outcome", "due"], name="request_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_on}"
