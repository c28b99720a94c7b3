"""A person's experiment on a test Page: what Meta's pages leave open and this program relies on. Start with `run`."""
