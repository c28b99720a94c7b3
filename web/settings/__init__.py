"""What a school decides for itself: who answers what, what is urgent, and what is off until somebody wants it."""
