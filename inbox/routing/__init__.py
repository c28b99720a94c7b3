"""Who answers what: a school's rules, who is there, whom to ask first, and why, in a sentence."""
