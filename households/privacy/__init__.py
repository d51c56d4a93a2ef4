"""The personal data of households: what is held and why, persons' rights, how long it is kept, and how it is forgotten."""
