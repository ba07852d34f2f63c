from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import linli.kernel.ids


class Migration(migrations.Migration):
    """How money of an errand passed, what its pictures show, and codes that are looked up before a scope exists."""

    dependencies = [
        ("care", "0001_cases_and_care"),
        ("ground", "0013_party_kinds"),
    ]

    operations = [
        migrations.AddField(
            "errand",
            "received_at",
            models.DateTimeField(blank=True, help_text="the household said that it has it", null=True),
        ),
        migrations.AddField(
            "errand",
            "limit_fen",
            models.PositiveIntegerField(blank=True, help_text="at most so much may be spent", null=True),
        ),
        migrations.AddField(
            "errand",
            "receipt_none",
            models.CharField(blank=True, default="", help_text="why there is no receipt", max_length=12),
            preserve_default=False,
        ),
        migrations.AlterField(
            "errand",
            "settled_at",
            models.DateTimeField(blank=True, help_text="exactly while delivered and the rows add up", null=True),
        ),
        migrations.RemoveConstraint(model_name="errandentry", name="care_entry_sign"),
        migrations.AlterField(
            "errandentry",
            "what",
            models.CharField(
                choices=[
                    ("spent", "垫付"),
                    ("paid", "归还"),
                    ("returned", "找零"),
                    ("waived", "免收"),
                    ("reversal", "冲回"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddField(
            "errandentry",
            "way",
            models.CharField(blank=True, default="", help_text="cash, transfer, bank", max_length=10),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="errandentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("fen__gt", 0), ("what__in", ("spent", "returned")))
                | models.Q(("fen__lt", 0), ("what__in", ("paid", "waived")))
                | models.Q(("what", "reversal")),
                name="care_entry_sign",
            ),
        ),
        migrations.AddField(
            "receipt",
            "entry",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="care.errandentry",
            ),
        ),
        migrations.AddField(
            "receipt",
            "what",
            models.CharField(choices=[("receipt", "小票"), ("door", "门口")], default="receipt", max_length=8),
        ),
        migrations.DeleteModel("OwnCode"),
        migrations.CreateModel(
            name="OwnCode",
            fields=[
                (
                    "id",
                    models.UUIDField(default=linli.kernel.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "handle",
                    models.CharField(
                        help_text="the first half of the code: whose tries are counted", max_length=8, unique=True
                    ),
                ),
                ("digest", models.CharField(help_text="keyed hash of the whole code", max_length=64)),
                ("tries", models.PositiveSmallIntegerField(default=0, help_text="wrong ones since it was last right")),
                ("made_at", models.DateTimeField()),
                ("made_by", models.BigIntegerField(blank=True, null=True)),
                ("to_guardian", models.BooleanField(default=False, help_text="handed to a child's guardian")),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                ("locked_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="care.case"
                    ),
                ),
                (
                    "neighbourhood",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ground.place"),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="ground.person"
                    ),
                ),
            ],
            options={
                "ordering": ["made_at", "id"],
                "indexes": [models.Index(fields=["case", "revoked_at"], name="care_code_of_case")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at__isnull", True)), fields=("person",), name="care_one_code"
                    )
                ],
            },
        ),
    ]
