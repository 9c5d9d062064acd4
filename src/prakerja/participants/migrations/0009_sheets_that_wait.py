"""What the civil registry has otherwise stands on the row of a sheet; rows that wait are found by index."""

from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models

_UP = """
    DROP INDEX assisted_rows_that_wait;
    CREATE INDEX assisted_rows_that_wait ON assisted_rows (id) WHERE outcome = 'registry_unavailable'
"""
_DOWN = """
    DROP INDEX assisted_rows_that_wait;
    CREATE INDEX assisted_rows_that_wait ON assisted_rows (applicant_lane, applicant_id)
        WHERE outcome = 'registry_unavailable'
"""


class Migration(migrations.Migration):
    """Rows before this one say only that something differs."""

    dependencies: ClassVar = [("participants", "0008_register_statements")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="assistedrow",
            name="mismatched_fields",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.RunSQL(_UP, _DOWN),
    ]
