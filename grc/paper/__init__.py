"""Paper: values become a PDF that can be printed, posted in a window envelope, and read aloud."""
