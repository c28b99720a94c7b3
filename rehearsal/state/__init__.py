"""A pretend state: hundreds of schools with thousands of Pages on the pretend Facebook, their calendars, and families who write."""
