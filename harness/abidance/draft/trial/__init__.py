"""Tries a drafted contract as `abidance run` would, and turns what that finds into open questions."""
