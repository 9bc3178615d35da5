"""The world: mazes, the rules of a step, and one episode."""
