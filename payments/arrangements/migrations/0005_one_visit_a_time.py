"""One visit a day becomes one visit at a time of a day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0004_several_visits_a_day")]

    operations = [
        migrations.RemoveConstraint("visit", "one_visit_a_day"),
        migrations.AlterField("visit", "at", models.TimeField()),
        migrations.AddConstraint(
            "visit", models.UniqueConstraint(fields=("arrangement", "day", "at"), name="one_visit_a_time")
        ),
    ]
