"""What is urgent: a list of words, one named person, and nothing that happens by itself."""
