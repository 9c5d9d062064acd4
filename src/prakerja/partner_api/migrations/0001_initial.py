from django.db import migrations, models

from prakerja.kit.migrations import run_sql_file
from prakerja.kit.settings import get_settings


class Migration(migrations.Migration):
    initial = True

    dependencies = [("learning", "0002_tasks"), ("partners", "0001_initial"), ("purchases", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Callback",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("partner_id", models.UUIDField()),
                ("partner_role", models.TextField()),
                ("purpose", models.TextField()),
                ("uri", models.TextField()),
                ("registered_at", models.DateTimeField()),
            ],
            options={
                "db_table": "partner_callbacks",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("partner_id", "purpose", "uri"), name="callback_is_registered_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose__in", ["presence", "sign_on", "login"])),
                        name="callback_purpose_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PresenceLink",
            fields=[
                ("link_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("purchase_id", models.UUIDField()),
                ("institution_id", models.UUIDField()),
                ("sequence", models.SmallIntegerField()),
                ("redirect_uri", models.TextField()),
                ("state_text", models.TextField()),
                ("email_index", models.BinaryField()),
                ("made_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "presence_links", "managed": False},
        ),
        migrations.CreateModel(
            name="SandboxMessage",
            fields=[
                ("message_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lane", models.SmallIntegerField()),
                ("card_id", models.UUIDField()),
                ("text", models.TextField()),
                ("sent_at", models.DateTimeField()),
            ],
            options={"db_table": "sandbox_messages", "managed": False},
        ),
        run_sql_file(__file__, "tables.sql"),
        *([run_sql_file(__file__, "sandbox.sql")] if get_settings().deployment == "sandbox" else []),
    ]
