"""People and their rights: staff, oneself, families' data, the audit."""
