"""The world of a forager: mazes, the rules of a step, and one episode in plain Python."""
