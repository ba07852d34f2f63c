"""Where a run stops may be somebody's door: its words are sealed with the operation's key, as all words about travellers."""

from typing import Any

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

from linli import vault

CONTEXT = "journeys.stop"


def seal(apps: Any, _editor: Any) -> None:
    """Words in clear are sealed; what an operation left whose key is gone already goes."""
    for stop in _rows(apps).exclude(words=""):
        try:
            stop.sealed = vault.seal(stop.words, key=f"operation:{stop.run.operation_id}", context=CONTEXT)
        except vault.KeyMissing:
            _drop(stop)
        else:
            stop.save(update_fields=["sealed"])


def unseal(apps: Any, _editor: Any) -> None:
    """On the way back: in clear again; what cannot be read goes."""
    for stop in _rows(apps).filter(sealed__isnull=False):
        try:
            stop.words = vault.unseal_text(stop.sealed, context=CONTEXT)
        except vault.KeyMissing:
            _drop(stop)
        else:
            stop.save(update_fields=["words"])


def _drop(stop: Any) -> None:
    """Gone with the key of an operation that is over; while it is on, the keys are not where they should be and nothing is lost."""
    operation = stop.run.operation
    if operation.ended_at is None and operation.ends_at > timezone.now():
        raise vault.KeyMissing(
            f"operation:{operation.pk} is on and its key is missing: does LINLI_KEYS name the keys' folder?"
        )
    stop.delete()


def _rows(apps: Any) -> Any:
    return apps.get_model("journeys", "RunStop").objects.select_related("run__operation").order_by("pk")


class Migration(migrations.Migration):
    dependencies = [
        ("journeys", "0005_runs_know_the_message"),
    ]

    operations = [
        migrations.AddField(
            model_name="runstop",
            name="sealed",
            field=models.BinaryField(blank=True, help_text="a place outside the tree, in words: an airport", null=True),
        ),
        migrations.RemoveConstraint(model_name="runstop", name="run_stop_somewhere"),
        migrations.RunPython(seal, unseal, elidable=True),
        migrations.RemoveField(model_name="runstop", name="words"),
        migrations.AddConstraint(
            model_name="runstop",
            constraint=models.CheckConstraint(
                condition=Q(("place__isnull", False), ("sealed__isnull", False), _connector="OR"),
                name="run_stop_somewhere",
            ),
        ),
    ]
