"""What people see and touch: commands, the review desk, the bundled newsroom; the only room that wires the others together."""
