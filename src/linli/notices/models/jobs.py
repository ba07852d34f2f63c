"""What runs by itself, and when it last did."""

from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """A job's last run: one row a job. ``slot`` numbers its turns; whoever moves it on, by a conditional UPDATE, runs that turn."""

    name = models.SlugField(primary_key=True, max_length=40)
    slot = models.BigIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    failed_since = models.DateTimeField(null=True, blank=True, help_text="the first failure since it last ended well")
    error = models.CharField(max_length=80, blank=True, default="", help_text="the class of the failure, no words")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
