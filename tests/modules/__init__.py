"""What each module promises, lived on a real database."""
