"""The parts a definition document is written in: checked here, at the edge; each file is one kind of part."""
