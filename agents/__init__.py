"""The networks: their genomes, recurrent cells and optimisers. Nothing here knows of mazes.

layout                          which weight of a genome is which
engine/                         the numeric contract (arithmetic) and its implementations: exact (numpy), lanes (numba),
                                torch_engine, blocks (GPU); registers, tile, affine: dot products for a tile of pixels;
                                target: the processor that kernels are compiled for; compiling, kernel_cache
network/                        cells: Elman, GRU, LSTM; recurrence: the same in torch; similarity, symmetry, alignment
optimisers/                     ask and tell: openai_es, genetic, cma_es; adam, sgd: steps along a gradient
genome, tensors, from_torch     genomes on disk; networks that were trained elsewhere
files, replacement, reading     files written whole or not at all; read, although they may be damaged
randomness, variates, checks    named random streams; normal and Gumbel numbers; checks of settings
"""
