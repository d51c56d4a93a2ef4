"""Screens of the households' room."""
