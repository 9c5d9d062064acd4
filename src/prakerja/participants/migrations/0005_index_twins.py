from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from prakerja.kit.crypto import decrypt_field, encrypt_field
from prakerja.kit.migrations import run_sql_file


def keep_niks_of_deltas(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Rows of before hold no NIK: those of applicants get theirs, the others go. They are about nobody who signed up,
    and whoever signs up later is asked about anew."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM registry_delta_rows AS d
            WHERE NOT EXISTS (SELECT FROM applicants AS a WHERE (a.lane, a.nik_index) = (d.lane, d.nik_index))
            """
        )
        cursor.execute(
            """
            SELECT d.lane, d.delta_id, d.nik_index, a.applicant_id, a.nik_cipher,
                row_number() OVER (PARTITION BY d.delta_id ORDER BY d.lane, d.nik_index)
            FROM registry_delta_rows AS d
            JOIN applicants AS a ON (a.lane, a.nik_index) = (d.lane, d.nik_index)
            ORDER BY d.lane, d.delta_id, d.nik_index
            """
        )
        kept = []
        for lane, delta_id, index, applicant_id, cipher, number in cursor.fetchall():
            nik = decrypt_field(cipher, table="applicants", column="nik_cipher", row_id=applicant_id)
            place = {"table": "registry_delta_rows", "column": "nik_cipher", "row_id": f"{delta_id}/{number}"}
            kept.append((number, encrypt_field(nik, **place), lane, delta_id, index))
        cursor.executemany(
            """
            UPDATE registry_delta_rows SET row_number = %s, nik_cipher = %s
            WHERE (lane, delta_id, nik_index) = (%s, %s, %s)
            """,
            kept,
        )


class Migration(migrations.Migration):
    dependencies = [("participants", "0004_worker_list_rows_by_nik"), ("access", "0004_index_keys")]

    operations = [
        run_sql_file(__file__, "index_twins.sql"),
        migrations.RunPython(keep_niks_of_deltas, migrations.RunPython.noop),
        migrations.RunSQL(
            "ALTER TABLE registry_delta_rows ALTER COLUMN row_number SET NOT NULL, ALTER COLUMN nik_cipher SET NOT NULL"
        ),
        migrations.AddField("assistedrow", "nik_index_next", models.BinaryField(null=True)),
        migrations.AlterField("assistedrow", "nik_index", models.BinaryField(null=True)),
        migrations.RunSQL("UPDATE assisted_rows SET nik_index = NULL WHERE answers_cipher IS NULL"),
    ]
