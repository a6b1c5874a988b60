"""SQLite, and nothing about meaning: one owner per data folder, one writer, migrations, snapshots."""
