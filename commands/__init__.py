"""The command line, one file a subject. Builds everything once and passes it down."""
