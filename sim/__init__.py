"""The world: mazes, rollouts, learning runs, landscapes."""
