"""The rules of search/words/rules.txt as rows. Later changes to that file: manage.py search_words."""

from django.db import migrations
from django.utils import timezone


def load(apps, schema_editor):
    from search.words.seeding import rows_of_file

    WordRule = apps.get_model("search", "WordRule")
    now = timezone.now()
    WordRule.objects.bulk_create([WordRule(changed_at=now, **row) for row in rows_of_file()], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_word_rules_and_tallies")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop, elidable=False)]
