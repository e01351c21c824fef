"""Whether one library may take another's place: one verdict from the ABI, the contract on both, and their answers."""
