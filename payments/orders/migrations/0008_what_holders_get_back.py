"""Orders that were called off after whoever holds the money had paid: it waits on their desk from now on as well."""

from django.db import migrations


def wait(apps, schema_editor):
    purchases = apps.get_model("budgets", "Purchase").objects.filter(method="funder", state="spent")
    off = apps.get_model("orders", "Order").objects.filter(state="cancelled", paid_at__isnull=False)
    for public_id, since in off.values_list("public_id", "state_since").iterator(chunk_size=500):
        purchases.filter(order=public_id).update(state="coming_back", state_since=since, back_since=since)


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_debits_under_way"),
        ("budgets", "0014_money_that_comes_back"),
    ]

    operations = [migrations.RunPython(wait, migrations.RunPython.noop)]
