"""The landlords' stock file: its columns, its checks, and the import that writes it."""
