"""The landlords' file of reported households: its columns, what it must not hold, its checks, and the import that writes it."""
