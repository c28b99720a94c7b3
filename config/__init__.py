"""What people set: the environment, the site file, the wording."""
