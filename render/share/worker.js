// A worker: computes the heights of points on the plane, with the bits of a sweep.

import { Player } from "./episode.js";
import { genomeAt } from "./plane.js";

/** @typedef {{layout: import("./cells.js").Layout, world: import("./world.js").World, plane: import("./plane.js").Plane}} Setup */
/** @typedef {{points: Float64Array, dtype: import("./episode.js").Dtype, lifetime: number, maze: number}} Job */

/** The heights of points, means over the mazes. @param {Setup} setup @param {Player} player @param {Job} job */
export function heightsOf(setup, player, { points, dtype, lifetime, maze }) {
  const genome = new Float64Array(setup.plane.origin.length), heights = new Float32Array(points.length / 2);
  const first = maze ? maze - 1 : 0, end = maze || setup.world.boards.length;
  for (let at = 0; at < heights.length; at++) {
    genomeAt(setup.plane, points[2 * at], points[2 * at + 1], dtype, genome);
    let sum = 0;
    for (let number = first; number < end; number++) sum += player.pellets(genome, number, lifetime);
    heights[at] = sum / (end - first);
  }
  return heights;
}

/** Answer jobs from now on: the first message is the setup, each later one a job. */
export function serve() {
  /** @type {Setup} */
  let setup;
  /** @type {Record<string, Player>} */
  const players = {};
  self.onmessage = ({ data }) => {
    if (data.layout) { setup = data; return; }
    const player = players[data.dtype] ??= new Player(setup.layout, setup.world, data.dtype);
    const begin = performance.now(), heights = heightsOf(setup, player, data);
    self.postMessage({ heights, seconds: (performance.now() - begin) / 1000 });
  };
}
