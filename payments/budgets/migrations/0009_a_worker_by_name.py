"""What was said about who would be paid may be about one worker of a provider."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("budgets", "0008_those_who_worked_there"),
    ]

    operations = [
        migrations.AddField(
            "declaration",
            "worker",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField("declaration", "people", models.PositiveSmallIntegerField(default=0)),
    ]
