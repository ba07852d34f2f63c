"""An estate knows its road and lane."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ground", "0013_party_kinds")]

    operations = [
        migrations.AddField(
            model_name="place",
            name="address",
            field=models.CharField(
                blank=True, default="", help_text="of an estate: its road and lane, 虹古路1597弄", max_length=80
            ),
        ),
    ]
