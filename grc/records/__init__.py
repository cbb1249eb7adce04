"""Lines of registers: what requests are about. Read, written with their history, brought in and out as CSV, and what they cover."""
