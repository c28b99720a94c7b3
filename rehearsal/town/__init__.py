"""A sample school and its families, all invented: what the demo, the rehearsal and the tests work with."""
