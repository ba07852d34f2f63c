"""Who is visited is named by the register alone: a copy of his name in every round could be read in backups after the operation."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def name_again(apps: Any, _editor: Any) -> None:
    """On the way back: names as the register has them now."""
    people = apps.get_model("ground", "Person").objects.filter(pk=OuterRef("person")).order_by()
    rows = apps.get_model("rounds", "TargetSubject").objects.filter(person__isnull=False)
    rows.update(name=Subquery(people.values("name")))


class Migration(migrations.Migration):
    dependencies = [
        ("rounds", "0007_own_closes_of_checks"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, name_again, elidable=True),
        migrations.RemoveField(model_name="targetsubject", name="name"),
    ]
