"""Is every language heard? What a school reads, prints and takes away of it."""
