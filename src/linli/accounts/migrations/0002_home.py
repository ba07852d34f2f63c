"""Accounts belong to a neighbourhood."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="home",
            field=models.BigIntegerField(
                blank=True,
                help_text="the neighbourhood that made the account: an id of the ground, no foreign key",
                null=True,
            ),
        ),
    ]
