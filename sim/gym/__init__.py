"""Gymnasium environments: one forager (Forage), or N of them in compiled code (ForageVector).

Importing this room registers their id, as gymnasium's users expect of a package (gymnasium 1.0 stopped reading entry
points). Either import it, or let gymnasium do so:

    gymnasium.make("sim.gym:foragescape/Forage-v0", size=6, sight=3)
    gymnasium.make_vec("sim.gym:foragescape/Forage-v0", num_envs=64)

`sim.gym.episodes.ForageConfig` lists the options. Nothing else of the program imports gymnasium.
"""

from gymnasium.envs.registration import register, registry

ID = "foragescape/Forage-v0"

if ID not in registry:
    register(ID, entry_point="sim.gym.environment:Forage", vector_entry_point="sim.gym.vector:ForageVector")
