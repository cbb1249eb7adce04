"""What the pages of citizens share, whatever channel they belong to."""
