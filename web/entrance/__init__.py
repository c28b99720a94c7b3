"""How people come in: sign-in, second step, invitation, the school's own sign-in."""
