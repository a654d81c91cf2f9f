from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("queues", "0001_initial"),)
    operations = (
        migrations.CreateModel(
            name="Saving",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=60)),
                ("asked", models.BigIntegerField()),
                ("when", models.DateTimeField(auto_now_add=True)),
                ("rows", models.JSONField()),
            ],
            options={"ordering": ("id",)},
        ),
    )
