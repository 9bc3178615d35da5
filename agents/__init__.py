"""The networks: their genomes, recurrent cells and optimisers. Nothing here knows of mazes."""
