// A worker: computes the heights of points on the plane, with the bits of a sweep.

import { Player } from "./episode.js";
import { LanePlayer } from "./lane_player.js";
import { genomeAt } from "./plane.js";
import { categoryNumber, mixed, QUANTITIES } from "./quantities.js";

/** @typedef {{layout: import("./cells.js").Layout, world: import("./world.js").World, plane: import("./plane.js").Plane,
 *   quantities: {name: string, categorical: boolean}[]}} Setup
 */
/** @typedef {{points: Float64Array, dtype: import("./episode.js").Dtype} & import("./tiles.js").Terrain} Job */

/** The heights of points: means over the mazes, or the numbers of categories.
 * @param {Setup} setup @param {Player | LanePlayer} player @param {Job} job
 */
export function heightsOf(setup, player, { points, dtype, quantity, lifetime, maze }) {
  const { plane, world, quantities } = setup, categorical = quantities.some((each) => each.name === quantity && each.categorical);
  const count = points.length / 2, mazes = maze ? [maze - 1] : [...world.boards.keys()];
  const genome = new Float64Array(plane.origin.length);
  let known = -1;  // the genome that is there; its episodes follow each other
  const genomeOf = (/** @type {number} */ at) => {
    if (at !== known) genomeAt(plane, points[2 * at], points[2 * at + 1], dtype, genome);
    known = at;
    return genome;
  };
  const centre = quantity === "divergence" ? centreOf(setup, mazes, lifetime, dtype) : undefined;
  const values = player.play(genomeOf, count, mazes, lifetime, QUANTITIES[quantity], centre);
  return Float32Array.from({ length: count }, (_, at) => {
    const first = at * mazes.length;
    let total = values[first];
    for (let number = 1; number < mazes.length; number++) {
      total = categorical ? mixed(total, values[first + number]) : total + values[first + number];
    }
    return categorical ? categoryNumber(total) : total / mazes.length;
  });
}

/** @type {{key: string, places: Int32Array[]}} */
const lastCentre = { key: "", places: [] };

/** The places of the genome in the middle of the plane, in each of the mazes.
 * @param {Setup} setup @param {number[]} mazes @param {number} lifetime @param {import("./episode.js").Dtype} dtype
 */
function centreOf({ layout, world, plane }, mazes, lifetime, dtype) {
  const key = `${dtype}/${lifetime}/${mazes}`;
  if (key !== lastCentre.key) {
    const player = new Player(layout, world, dtype), genome = genomeAt(plane, 0, 0, dtype);
    lastCentre.places = mazes.map((maze) => player.record(genome, maze, lifetime).places);
    lastCentre.key = key;
  }
  return lastCentre.places;
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
