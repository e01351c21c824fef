"""What a library does when it is called, as evidence for the clauses of a draft.

`subject` says what a function can be given, `laboratory` gives it that and watches, the experiments (`extents`,
`written_lengths`, `directions`, `nulls`, `results`) ask one question each, `conclusions` makes guesses of the answers.
Which functions are not called says `draft/harm.py`.
"""
