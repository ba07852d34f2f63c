"""Checks with times of their own are passed on when their own windows close, not when their day does."""

from typing import Any

from django.db import migrations, models
from django.db.models import Min, OuterRef, Subquery


def begin(apps: Any, _editor: Any) -> None:
    """Rounds that are open go on with the first of their own windows: nothing of them was told yet."""
    own = apps.get_model("rounds", "Target").objects.filter(occurrence=OuterRef("pk"), closes_at__isnull=False)
    first = own.order_by().values("occurrence").annotate(at=Min("closes_at")).values("at")
    rows = apps.get_model("rounds", "Occurrence").objects.filter(opened_at__isnull=False, closed_at__isnull=True)
    rows.update(next_close=Subquery(first))


class Migration(migrations.Migration):
    dependencies = [
        ("ground", "0013_party_kinds"),
        ("rounds", "0006_holders_in_a_plan"),
    ]

    operations = [
        migrations.AddField(
            model_name="occurrence",
            name="next_close",
            field=models.DateTimeField(
                blank=True,
                help_text="when the next of the targets with times of their own closes; empty: no more",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="occurrence",
            index=models.Index(
                condition=models.Q(("next_close__isnull", False)), fields=["next_close"], name="occurrence_next_close"
            ),
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
