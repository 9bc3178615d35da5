// The crew: workers that compute the pixels of a view, coarse to fine and from the middle outwards. Pixels where coarser
// ones differ come first, so that the edges of plateaus are sharp long before their insides are computed.

import { dtypeOf } from "./plane.js";
import { latticePoint, SIDE } from "./tiles.js";

const BATCH_SECONDS = 0.06, MOST = 4096, COARSEST = 32;

/** @typedef {import("./tiles.js").Tile} Tile */
/** @typedef {{tiles: Tile[], level: number, terrain: import("./tiles.js").Terrain, coarsest: number, x: number, y: number,
 *   wanted: Wanted}} Order
 */
/** Whether the view shows any of the `stride` x `stride` pixels from a lattice point on, for which it stands at first.
 * @typedef {(column: number, row: number, stride: number) => boolean} Wanted
 */

export class Crew {
  /** @param {string} script the source of a worker @param {import("./worker.js").Setup} setup
   * @param {() => void} onHeights called when heights were stored
   */
  constructor(script, setup, onHeights) {
    this.onHeights = onHeights;
    this.rate = 200;  // pixels a second of one worker; measured
    /** @type {Order | null} */
    this.order = null;
    /** @type {{tile: Tile, stride: number, edges: boolean}[]} */
    this.queue = [];
    /** @type {Worker[]} */
    this.idle = [];
    this.busy = 0;
    this.stride = 0;
    this.broken = false;  // a worker failed, because the browser forbids it or lacks what it needs
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    const count = Math.max(1, Math.min(8, (navigator.hardwareConcurrency || 2) - 1));
    for (let number = 0; number < count; number++) {
      const worker = new Worker(address);
      worker.onerror = () => { this.broken = true; onHeights(); };
      worker.postMessage(setup);
      this.idle.push(worker);
    }
  }

  /** Compute a view from now on, in place of the one before; null stops. @param {Order | null} order */
  compute(order) {
    this.order = order;
    this.queue = [];
    if (order) {
      const near = order.tiles.map((tile) => ({ tile, distance: Math.hypot((tile.column + 0.5) * SIDE - order.x, (tile.row + 0.5) * SIDE - order.y) }));
      near.sort((one, other) => one.distance - other.distance);
      for (const edges of [true, false]) for (let stride = Math.min(COARSEST, order.coarsest); stride >= 1; stride /= 2) {
        this.queue.push(...near.map(({ tile }) => ({ tile, stride, edges })));
      }
    }
    while (this.idle.length && this.send(this.idle[this.idle.length - 1])) this.idle.pop();
  }

  get working() { return this.busy > 0; }

  /** Give a worker its next batch; false if nothing is left to do. @param {Worker} worker @returns {boolean} */
  send(worker) {
    const order = this.order, most = Math.max(4, Math.min(MOST, Math.round(this.rate * BATCH_SECONDS)));
    for (; order && this.queue.length; this.queue.shift()) {
      const { tile, stride, edges } = this.queue[0];
      const chosen = pick(tile, stride, most, edges, order.wanted);
      if (!chosen.length) continue;
      const points = new Float64Array(2 * chosen.length);
      chosen.forEach((place, at) => {
        points.set(latticePoint(tile.level, tile.column * SIDE + place % SIDE, tile.row * SIDE + Math.floor(place / SIDE)), 2 * at);
      });
      this.busy++;
      this.stride = stride;
      worker.onmessage = ({ data }) => this.receive(worker, tile, chosen, data);
      worker.postMessage({ points, dtype: dtypeOf(2 ** -tile.level), ...order.terrain }, [points.buffer]);
      return true;
    }
    return false;
  }

  /** @param {Worker} worker @param {Tile} tile @param {number[]} chosen @param {{heights: Float32Array, seconds: number}} data */
  receive(worker, tile, chosen, { heights, seconds }) {
    chosen.forEach((place, at) => { tile.heights[place] = heights[at]; });
    this.rate += 0.3 * (heights.length / Math.max(seconds, 1e-4) - this.rate);
    this.busy--;
    if (!this.send(worker)) this.idle.push(worker);
    this.onHeights();
  }
}

/** Up to `most` pixels of a tile that nobody has asked for, in every stride-th row and column; they are asked for now.
 * With `edges`, only where the coarser pixels around are not known to be alike.
 * @param {Tile} tile @param {number} stride @param {number} most @param {boolean} edges @param {Wanted} wanted
 * @returns {number[]}
 */
function pick(tile, stride, most, edges, wanted) {
  const chosen = [];
  for (let y = 0; y < SIDE; y += stride) for (let x = 0; x < SIDE; x += stride) {
    const place = y * SIDE + x;
    if (tile.asked[place] || chosen.length === most || (edges && flat(tile, x, y, 2 * stride))) continue;
    if (!wanted(tile.column * SIDE + x, tile.row * SIDE + y, stride)) continue;
    tile.asked[place] = 1;
    chosen.push(place);
  }
  return chosen;
}

/** True if the pixels of a coarser pass around a pixel are known and alike. @param {Tile} tile @param {number} x
 * @param {number} y @param {number} stride of the coarser pass
 */
function flat({ heights }, x, y, stride) {
  const left = x & -stride, top = y & -stride, right = Math.min(left + stride, SIDE - stride), bottom = Math.min(top + stride, SIDE - stride);
  const height = heights[top * SIDE + left];
  return right > left && bottom > top && heights[top * SIDE + right] === height
    && heights[bottom * SIDE + left] === height && heights[bottom * SIDE + right] === height;
}
