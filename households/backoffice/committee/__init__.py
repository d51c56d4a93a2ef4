"""Screens of the orientation and evaluation committee."""
