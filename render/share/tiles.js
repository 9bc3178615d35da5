// Heights that were computed live: tiles of a lattice that all views of a level share, as in the explorer.
// At level k, pixels are whole multiples of 2^-k: a pan reuses them, and a zoom by two reuses every other one.

import { dtypeOf } from "./plane.js";

export const SIDE = 64;
const MOST = 1500;  // tiles in memory, of 20 kB each

/** @typedef {{level: number, row: number, column: number, heights: Float32Array, asked: Uint8Array}} Tile */
/** What heights tell: the name of a quantity, the steps of an episode, and a maze from 1, or 0 for all of them.
 * @typedef {{quantity: string, lifetime: number, maze: number}} Terrain
 */
/** The lattice points from (left, top) of a level. @typedef {{level: number, left: number, top: number, width: number, height: number}} Grid */

/** The tiles of all terrains; the ones not used for longest are forgotten. */
export class Tiles {
  constructor() {
    /** @type {Map<string, Tile>} */
    this.tiles = new Map();
  }

  /** The tiles under a grid, with what is known of them from the levels above and below.
   * @param {Terrain} terrain @param {Grid} grid @returns {Tile[]}
   */
  under(terrain, { level, left, top, width, height }) {
    const found = [];
    for (let row = Math.floor(top / SIDE); row * SIDE < top + height; row++) {
      for (let column = Math.floor(left / SIDE); column * SIDE < left + width; column++) found.push(this.tile(terrain, level, row, column));
    }
    for (const name of this.tiles.keys()) {
      if (this.tiles.size <= Math.max(MOST, found.length)) break;
      this.tiles.delete(name);
    }
    return found;
  }

  /** @param {Terrain} terrain @param {number} level @param {number} row @param {number} column @returns {Tile} */
  tile(terrain, level, row, column) {
    const name = nameOf(terrain, level, row, column);
    const found = this.tiles.get(name) ?? {
      level, row, column, heights: new Float32Array(SIDE * SIDE).fill(NaN), asked: new Uint8Array(SIDE * SIDE),
    };
    this.tiles.delete(name);
    this.tiles.set(name, found);  // the newest at the end
    this.inherit(terrain, found);
    return found;
  }

  /** Copy pixels known at the levels above and below, if they were computed in the same arithmetic.
   * @param {Terrain} terrain @param {Tile} tile
   */
  inherit(terrain, tile) {
    const { level, row, column } = tile, half = SIDE / 2;
    /** @param {number} other */
    const same = (other) => dtypeOf(2 ** -other) === dtypeOf(2 ** -level);
    const parent = same(level - 1) && this.tiles.get(nameOf(terrain, level - 1, Math.floor(row / 2), Math.floor(column / 2)));
    if (parent) {
      const down = half * odd(row), right = half * odd(column);
      for (let y = 0; y < half; y++) for (let x = 0; x < half; x++) {
        const value = parent.heights[(down + y) * SIDE + right + x], to = 2 * y * SIDE + 2 * x;
        if (value === value) { tile.heights[to] = value; tile.asked[to] = 1; }
      }
    }
    for (let part = 0; part < 4 && same(level + 1); part++) {
      const down = part >> 1, right = part & 1;
      const child = this.tiles.get(nameOf(terrain, level + 1, 2 * row + down, 2 * column + right));
      for (let y = 0; child && y < half; y++) for (let x = 0; x < half; x++) {
        const value = child.heights[2 * y * SIDE + 2 * x], to = (down * half + y) * SIDE + right * half + x;
        if (value === value) { tile.heights[to] = value; tile.asked[to] = 1; }
      }
    }
  }
}

/** 1 for an odd whole number, else 0; rows may lie beyond 32 bits. @param {number} row @returns {number} */
const odd = (row) => Math.abs(row % 2);

/** @param {Terrain} terrain @param {number} level @param {number} row @param {number} column
 */
function nameOf({ quantity, lifetime, maze }, level, row, column) {
  return `${quantity}/${lifetime}/${maze}/${level}/${row}/${column}`;
}

/** The coordinates of a lattice point. @param {number} level @param {number} column @param {number} row @returns {[number, number]} */
export function latticePoint(level, column, row) {
  return [column * 2 ** -level, 0 - row * 2 ** -level];
}

/** The heights of a grid of tiles: where a pixel is not known, the known one of the next coarser pass, else NaN.
 * @param {Tile[]} tiles @param {Grid} grid @param {number} coarsest @returns {{heights: Float32Array, known: number}}
 */
export function gridHeights(tiles, { left, top, width, height }, coarsest) {
  const heights = new Float32Array(width * height).fill(NaN);
  let known = 0;
  for (const tile of tiles) {
    const right = tile.column * SIDE - left, down = tile.row * SIDE - top;
    for (let y = Math.max(0, -down); y < SIDE && down + y < height; y++) {
      for (let x = Math.max(0, -right); x < SIDE && right + x < width; x++) {
        let value = tile.heights[y * SIDE + x];
        if (value === value) known++;
        for (let stride = 2; value !== value && stride <= coarsest; stride *= 2) {
          value = tile.heights[(y & -stride) * SIDE + (x & -stride)];
        }
        heights[(down + y) * width + right + x] = value;
      }
    }
  }
  return { heights, known };
}
