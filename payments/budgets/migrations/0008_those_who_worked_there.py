"""Declarations from before are taken to be about whoever works there now."""

from django.db import migrations


def who_worked_there(apps, schema_editor):
    declarations = apps.get_model("budgets", "Declaration").objects
    for said in declarations.select_related("provider").iterator(chunk_size=500):
        workers = sorted(said.provider.keepers.values_list("pk", flat=True))
        declarations.filter(pk=said.pk).update(workers=workers, people=said.provider.people_working)


class Migration(migrations.Migration):
    dependencies = [("budgets", "0007_who_works_there"), ("listings", "0002_initial")]

    operations = [migrations.RunPython(who_worked_there, migrations.RunPython.noop)]
