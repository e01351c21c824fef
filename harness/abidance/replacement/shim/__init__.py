"""Drafts of crates that export a boundary's C names, for what of Rust exports none."""
