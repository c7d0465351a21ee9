"""The doctor's checks: one function for each thing that can be wrong, which yields what it found."""
