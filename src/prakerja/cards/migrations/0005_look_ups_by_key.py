from django.db import migrations

from prakerja.kit.migrations import TIMEOUTS


class Migration(migrations.Migration):
    dependencies = [("cards", "0004_revoke_with_twins")]

    operations = [
        # The work follows the batch, not the number of all participants: each row's references are looked up by key.
        migrations.RunSQL(
            TIMEOUTS + "ALTER FUNCTION cards_name_what_exists() SET enable_hashjoin = off SET enable_mergejoin = off;",
            reverse_sql="ALTER FUNCTION cards_name_what_exists() RESET enable_hashjoin RESET enable_mergejoin;",
        ),
    ]
