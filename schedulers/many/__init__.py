"""Many machines: the jobs by Procrastinate, on the PostgreSQL that holds the data."""
