"""The last day of a standing yes stands beside its answer, where whoever said it can choose an earlier one."""

from django.db import migrations


def carry_over(apps, schema_editor):
    approvals = apps.get_model("budgets", "Approval").objects
    for yes in apps.get_model("arrangements", "StandingYes").objects.iterator(chunk_size=500):
        approvals.filter(pk=yes.approval_id, until=None).update(until=yes.until)


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0008_bills_that_wait_for_the_holder"), ("budgets", "0012_a_last_day_of_a_yes")]

    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
