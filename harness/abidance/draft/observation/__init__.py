"""What a library does when it is called, as evidence for the clauses of a draft.

`subject` says what a function can be given, `laboratory` gives it that and watches, the experiments (`extents`,
`directions`, `nulls`, `results`) ask one question each, `conclusions` makes guesses of the answers. `reach` says which
functions are not called.
"""
