from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_publish_feed"),
    ]

    operations = [
        migrations.AlterField(
            model_name="course",
            name="region_code",
            field=models.TextField(db_default="", default=""),
        ),
        migrations.AlterField(
            model_name="course",
            name="subject",
            field=models.TextField(db_default="general", default="general"),
        ),
    ]
