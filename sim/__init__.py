"""The simulation: mazes, rollouts, learning, landscapes, measures and studies.

world/          maze, carving; rules of a step; policy: greedy or sampled; life: an episode in plain Python
rollout/        genomes x mazes -> pellets, fast: cpu (tiling, lane_bodies), gpu (boards, fused, thread, plain,
                self_check); machine, devices: threads and device; trace: where agents went; quantities, observe: what
                else is told of an episode
imitation/      teacher, shortest_paths, labels, the loss and its gradient
learning/       one loop (learn) for evolution, imitation and policy gradients; pool of mazes; run folders with seal,
                ledger and checkpoints
landscape/      objective: what is measured; plane, tour: where; spec: settings of both; sweep, tile_task, field: how
                heights are computed and stored; seek, detail, rings: zooms; dense_hessian, curvature, volume: the loss
                around a genome; simplex; persistence: merge trees
gym/            the world as a Gymnasium environment
evaluation/     evaluate: what a champion is worth; evaluation_set, subject: what measures receive
statistics/     results of measures; bootstrap, groups of runs, correlation, scaling (power laws with intervals)
measures/       one file for each measure; known_measures lists them
study/          study files, grids, pairing, tasks, tables; claims and their rules; debate: studies that share their
                runs; store and seals: results on disk
work/           tasks in one process, in worker processes, as shares of a job array, on Dask
values, provenance, speed       configs as TOML and JSON; versions; benchmarks
"""
