"""How often a customer was refused, so that the next is asked for under another key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("arrangements", "0009_the_last_day_stands_with_the_answer")]

    operations = [
        migrations.AddField(
            model_name="arrangement",
            name="customer_tries",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="How often the gateway refused to open a customer, whose cards these would be."
            ),
        ),
    ]
