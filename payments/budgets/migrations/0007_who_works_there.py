"""What was said about relatives is about everybody who works for a provider, or about somebody elsewhere by name."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("budgets", "0006_help_that_comes_again_and_again")]

    operations = [
        migrations.AddField("declaration", "name", models.CharField(blank=True, max_length=200)),
        migrations.AddField("declaration", "workers", models.JSONField(blank=True, default=list)),
        migrations.AddField("declaration", "people", models.PositiveSmallIntegerField(default=1)),
        migrations.AlterField(
            "declaration",
            "provider",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="listings.provider",
            ),
        ),
        migrations.AddConstraint(
            "declaration",
            models.CheckConstraint(
                condition=Q(("name", ""), ("provider__isnull", False))
                | (Q(("provider", None)) & Q(("name", ""), _negated=True)),
                name="declaration_is_about_somebody",
            ),
        ),
    ]
