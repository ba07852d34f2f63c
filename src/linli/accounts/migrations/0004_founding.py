"""The one row of a set-up installation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_session")]

    operations = [
        migrations.CreateModel(
            name="Founding",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="founded_once")],
            },
        ),
    ]
