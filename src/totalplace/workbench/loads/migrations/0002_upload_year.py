from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("loads", "0001_initial"),)
    operations = (
        migrations.AddField(
            model_name="upload",
            name="year",
            field=models.CharField(blank=True, default="", max_length=7),
            preserve_default=False,
        ),
    )
