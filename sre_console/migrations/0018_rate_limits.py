"""Counters of rate limits, of which nothing is written ahead."""

from django.db import migrations, models

# Room on each page: a count changes its row in place, and its indexes hear nothing of it.
UNLOGGED = """
ALTER TABLE rate_count SET UNLOGGED;
ALTER TABLE rate_count SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
"""
LOGGED = "ALTER TABLE rate_count SET LOGGED; ALTER TABLE rate_count RESET (fillfactor, autovacuum_vacuum_scale_factor)"


class Migration(migrations.Migration):

    dependencies = [
        ('sre_console', "0017_no_faults"),
    ]

    operations = [
        migrations.CreateModel(
            name='RateCount',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('count', models.IntegerField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'rate_count',
                'default_permissions': (),
                'indexes': [models.Index(models.F('expires_at'), name='idx_rate_count_expires')],
            },
        ),
        migrations.RunSQL(UNLOGGED, LOGGED),
    ]
