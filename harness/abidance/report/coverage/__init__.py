"""Reports of coverage: what was reached and exercised, as text, as JSON and as lcov."""
