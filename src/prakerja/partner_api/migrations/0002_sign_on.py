from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file


class Migration(migrations.Migration):
    dependencies = [("partner_api", "0001_initial"), ("participants", "0001_initial")]

    operations = [
        run_sql_file(__file__, "sign_on.sql"),
        migrations.CreateModel(
            name="SignOn",
            fields=[
                ("code_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("applicant_id", models.UUIDField()),
                ("partner_id", models.UUIDField()),
                ("redirect_uri", models.TextField()),
                ("scope", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "sign_ons", "managed": False},
        ),
        migrations.CreateModel(
            name="SignOnToken",
            fields=[
                ("token_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("refresh_id", models.UUIDField()),
                ("code_id", models.UUIDField()),
                ("applicant_id", models.UUIDField()),
                ("partner_id", models.UUIDField()),
                ("scope", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("refresh_until_at", models.DateTimeField()),
                ("refreshed_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "sign_on_tokens", "managed": False},
        ),
    ]
