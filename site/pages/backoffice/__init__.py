"""Screens of the back office that the public site brings: the partners' own entries, and their reading over."""
