"""Keeping an installation in order: load a site, prove tokens, examine, people, addresses given out."""
