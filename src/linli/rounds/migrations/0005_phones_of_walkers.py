"""Phones of those who walk rounds, their one-time codes, and visits that were taken back."""

import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("ground", "0013_party_kinds"),
        ("rounds", "0004_requests_are_open"),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitAnnulment",
            fields=[
                ("visit", models.UUIDField(primary_key=True, serialize=False)),
                ("happened_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField()),
                ("by_user", models.BigIntegerField(blank=True, null=True)),
                ("device", models.UUIDField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="WalkerPhone",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=40)),
                ("public_key", models.BinaryField()),
                ("user_agent", models.CharField(blank=True, max_length=200)),
                ("shift_start", models.DateTimeField()),
                ("shift_end", models.DateTimeField()),
                ("enrolled_at", models.DateTimeField()),
                ("enrolled_by", models.BigIntegerField(help_text="accounts.User id: who made the one-time code")),
                ("cut_off_at", models.DateTimeField(blank=True, null=True)),
                ("cut_off_by", models.BigIntegerField(null=True)),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                (
                    "skew_ms",
                    models.BigIntegerField(default=0, help_text="the phone's clock minus ours when last heard"),
                ),
                (
                    "queued",
                    models.PositiveIntegerField(default=0, help_text="checks not yet uploaded, as the phone said"),
                ),
                ("battery", models.PositiveSmallIntegerField(blank=True, help_text="per cent", null=True)),
                ("app", models.CharField(blank=True, help_text="version of the scanner", max_length=40)),
                ("pack_version", models.CharField(blank=True, max_length=40)),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ground.mandate"
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ground.place"),
                ),
            ],
            options={
                "ordering": ["-enrolled_at"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="WalkerCode",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("digest", models.BinaryField(max_length=32, unique=True)),
                ("name", models.CharField(blank=True, max_length=40)),
                ("shift_start", models.DateTimeField()),
                ("shift_end", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.BigIntegerField(help_text="accounts.User id")),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ground.mandate"
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ground.place"),
                ),
                (
                    "phone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rounds.walkerphone",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "abstract": False,
            },
        ),
        migrations.AddIndex(
            model_name="walkerphone",
            index=models.Index(fields=["neighbourhood", "-shift_end"], name="walkerphone_shift"),
        ),
        migrations.AddConstraint(
            model_name="walkerphone",
            constraint=models.CheckConstraint(
                condition=models.Q(("shift_end__gt", models.F("shift_start"))), name="walkerphone_shift_order"
            ),
        ),
    ]
