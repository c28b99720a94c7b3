"""When and where work runs: the round, its lock, the clock."""
