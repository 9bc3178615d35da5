// The contents of the page: mazes, plane and pictures, as the other modules use them.

import { decode, rowsOf } from "./decode.js";

/** A swept picture; see render/share/encoding.py. `heights` are means over mazes, `rows` x `columns`.
 * @typedef {{quantity: string, x: number, y: number, pixel: number, height: number, width: number, stride: number,
 *   dtype: import("./episode.js").Dtype, lifetime: number, maze: number, heights: Float32Array, rows: number,
 *   columns: number}} Picture
 */
/** A quantity that the page shows, and its words. @typedef {{name: string, categorical: boolean, choice: string,
 *   meaning: string, label: string, unit: string}} Offered
 */
/** @typedef {{layout: import("./cells.js").Layout, world: import("./world.js").World, lifetime: number, pellets: number[],
 *   numbers: number[], plane: import("./plane.js").Plane, unit: number, pictures: Picture[],
 *   palettes: Record<string, Uint8Array>, palette: string, diverging: Uint8Array, command: string,
 *   version: string, revision: string, place: null | object, categories: Uint8Array, quantities: Offered[]}} Contents
 */

/** @param {any} raw the JSON of the page @returns {Promise<Contents>} */
export async function unpack(raw) {
  const { world, plane, palettes } = raw;
  const [boards, origin, u, v, diverging, categories] = await Promise.all(
    [world.boards, plane.origin, plane.u, plane.v, raw.diverging, raw.categories].map(decode));
  const categorical = new Set(raw.quantities.filter((/** @type {Offered} */ each) => each.categorical).map((/** @type {Offered} */ { name }) => name));
  const colours = await Promise.all(Object.values(palettes).map((entry) => decode(/** @type {any} */ (entry))));
  return {
    ...raw,
    world: { ...world, boards: rowsOf(boards, world.size ** 2) },
    plane: { origin, u, v },
    diverging,
    categories,
    palettes: Object.fromEntries(Object.keys(palettes).map((name, at) => [name, colours[at]])),
    pictures: await Promise.all(raw.pictures.map((/** @type {any} */ entry) =>
      unpackPicture(entry, entry.maze || categorical.has(entry.quantity) ? 1 : world.starts.length))),
  };
}

/** @param {any} entry @param {number} mazes that its heights are summed over @returns {Promise<Picture>} */
async function unpackPicture(entry, mazes) {
  const [rows, columns] = entry.heights.shape;
  const sums = await decode(entry.heights);
  return { ...entry, rows, columns, heights: Float32Array.from(sums, (sum) => sum / mazes) };
}

/** The picture of a terrain, if there is one.
 * @param {Contents} contents @param {import("./tiles.js").Terrain} terrain @returns {Picture | undefined}
 */
export function pictureOf(contents, { quantity, lifetime, maze }) {
  return contents.pictures.find((each) => each.quantity === quantity && each.lifetime === lifetime && each.maze === maze);
}

/** The coordinates of a pixel of a picture, with the bits of a sweep.
 * @param {Picture} picture @param {number} column @param {number} row @returns {[number, number]}
 */
export function pointOf({ x, y, pixel, height, width, stride }, column, row) {
  return [x + (column * stride - (width - 1) / 2) * pixel, y + ((height - 1) / 2 - row * stride) * pixel];
}

/** Where a point lies in a picture, in columns and rows of its pixels, from the middle of the first one.
 * @param {Picture} picture @param {number} x @param {number} y @returns {[number, number]}
 */
export function cellOf(picture, x, y) {
  const { pixel, height, width, stride } = picture;
  return [((x - picture.x) / pixel + (width - 1) / 2) / stride, ((height - 1) / 2 - (y - picture.y) / pixel) / stride];
}
