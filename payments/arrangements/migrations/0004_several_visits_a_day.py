"""Terms hold other times on some days, and several of a day; a visit is known by its day and its time on the clock."""

from zoneinfo import ZoneInfo

from django.db import migrations, models

HERE = ZoneInfo("Europe/London")


def times_of_visits(apps, schema_editor):
    visits = apps.get_model("arrangements", "Visit").objects
    for visit in visits.only("pk", "starts_at").iterator(chunk_size=500):
        at = visit.starts_at.astimezone(HERE).time().replace(microsecond=0)
        visits.filter(pk=visit.pk).update(at=at)


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0003_one_yes_to_standing_help")]

    operations = [
        migrations.AddField("terms", "times", models.JSONField(blank=True, default=dict)),
        migrations.AddField("skip", "at", models.TimeField(blank=True, null=True)),
        migrations.AddField("visit", "at", models.TimeField(null=True)),
        migrations.RunPython(times_of_visits, migrations.RunPython.noop),
    ]
