"""Doors to the outside, one per kind of neighbour. They know nothing of us: wire in, values and typed errors out."""
