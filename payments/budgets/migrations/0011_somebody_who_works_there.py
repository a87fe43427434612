"""An answer is about a worker of a provider, its other workers, or somebody elsewhere by name."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("budgets", "0010_what_was_said_of_each_worker")]

    operations = [
        migrations.RemoveField("declaration", "workers"),
        migrations.RemoveConstraint("declaration", "declaration_is_about_somebody"),
        migrations.AddConstraint(
            "declaration",
            models.CheckConstraint(
                condition=Q(("name", ""), ("provider__isnull", False))
                | (Q(("provider", None), ("worker", None)) & Q(("name", ""), _negated=True)),
                name="declaration_is_about_somebody",
            ),
        ),
    ]
