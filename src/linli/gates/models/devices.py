"""Phones at gates: each has its own key, belongs to one gate for one shift, and can be cut off."""

from __future__ import annotations

from django.db import models

from linli.ground.models import Body, Place
from linli.inbox.phones.handset import Handset, OneTimeCode


class Role(models.TextChoices):
    """Who stands at the gate with a phone (G12). The log of every passage names it; nobody's rights hang on it."""

    GUARD = "guard", "保安"
    PROPERTY = "property", "物业"
    VOLUNTEER = "volunteer", "志愿者"
    STAFF = "staff_of_body", "单位工作人员"


class _Staffed(models.Model):
    """In what role somebody holds a phone, and for which body, if for one."""

    role = models.CharField(max_length=14, choices=Role.choices, default=Role.GUARD)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class Device(_Staffed, Handset):
    """A phone of one gate for one shift."""

    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")

    class Meta(Handset.Meta):
        pass


class EnrolmentToken(_Staffed, OneTimeCode):
    """A one-time code that makes one phone a gate's phone."""

    gate = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(OneTimeCode.Meta):
        indexes = [models.Index(fields=["neighbourhood", "-made_at"], name="enrolment_latest")]
