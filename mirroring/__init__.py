"""School feed → events → what each page and calendar should show. Decides and remembers; sends nothing."""
