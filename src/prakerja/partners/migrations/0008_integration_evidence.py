from django.db import migrations, models

from prakerja.kit.migrations import TIMEOUTS, run_sql_file

# Results that nothing had run: those of samples stay, as samples; others prove nothing.
_RESULTS_BEFORE = """
    DELETE FROM integration_checks AS c
    WHERE NOT EXISTS (SELECT FROM platforms AS p WHERE p.id = c.platform_id AND p.sample);
    UPDATE integration_checks
    SET evidence = '[{"sample": true}]',
        name = CASE name
            WHEN 'refuses_bad_signatures' THEN 'corrects_wrong_signatures'
            WHEN 'forwards_a_completion' THEN 'reads_quota_and_status'
            ELSE name
        END;
    SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0007_fee_schemes"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="integrationcheck",
            name="integration_check_is_known",
        ),
        migrations.AddField(
            model_name="integrationcheck",
            name="evidence",
            field=models.JSONField(db_default=models.Value([], output_field=models.JSONField()), default=list),
        ),
        migrations.RunSQL(TIMEOUTS + _RESULTS_BEFORE, reverse_sql=migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="integrationcheck",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__in",
                        (
                            "signs_requests",
                            "corrects_wrong_signatures",
                            "authorizes_a_payment",
                            "repeats_an_invoice",
                            "voids_a_payment",
                            "reads_quota_and_status",
                        ),
                    )
                ),
                name="integration_check_is_known",
            ),
        ),
        run_sql_file(__file__, "integration_evidence.sql"),
    ]
