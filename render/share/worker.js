// A worker: computes the heights of points on the plane, with the bits of a sweep.

import { Player } from "./episode.js";
import { LanePlayer } from "./lane_player.js";
import { genomeAt } from "./plane.js";

/** @typedef {{layout: import("./cells.js").Layout, world: import("./world.js").World, plane: import("./plane.js").Plane}} Setup */
/** @typedef {{points: Float64Array, dtype: import("./episode.js").Dtype, lifetime: number, maze: number}} Job */

/** The heights of points, means over the mazes. @param {Setup} setup @param {Player | LanePlayer} player @param {Job} job */
export function heightsOf({ plane, world }, player, { points, dtype, lifetime, maze }) {
  const count = points.length / 2, mazes = maze ? [maze - 1] : [...world.boards.keys()];
  const genome = new Float64Array(plane.origin.length);
  let known = -1;  // the genome that is there; its episodes follow each other
  const genomeOf = (/** @type {number} */ at) => {
    if (at !== known) genomeAt(plane, points[2 * at], points[2 * at + 1], dtype, genome);
    known = at;
    return genome;
  };
  const pellets = player.play(genomeOf, count, mazes, lifetime);
  return Float32Array.from({ length: count }, (_, at) => {
    let sum = 0;
    for (let number = 0; number < mazes.length; number++) sum += pellets[at * mazes.length + number];
    return sum / mazes.length;
  });
}

/** The fastest player of an arithmetic that this browser has. @param {Setup} setup @param {import("./episode.js").Dtype} dtype */
export function fastest({ layout, world }, dtype) {
  if (dtype === "float32" && layout.cell === "elman") {
    try {
      return new LanePlayer(layout, world);
    } catch { /* the browser has no vectors: one agent after the other, then */ }
  }
  return new Player(layout, world, dtype);
}

/** Answer jobs from now on: the first message is the setup, each later one a job. */
export function serve() {
  /** @type {Setup} */
  let setup;
  /** @type {Record<string, Player | LanePlayer>} */
  const players = {};
  self.onmessage = ({ data }) => {
    if (data.layout) { setup = data; return; }
    const player = players[data.dtype] ??= fastest(setup, data.dtype);
    const begin = performance.now(), heights = heightsOf(setup, player, data);
    self.postMessage({ heights, seconds: (performance.now() - begin) / 1000 });
  };
}
