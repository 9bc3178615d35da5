"""The simulation: mazes, rollouts, learning, landscapes, measures and studies."""
