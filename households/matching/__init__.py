"""Which homes suit a household, and which households a home: one table of criteria, asked from either side. People decide."""
