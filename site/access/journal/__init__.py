"""The journal's machinery: seals, captured changes, consultations, the chain of hashes, alerts."""
