// The place in the address: what a link needs to come back to it.

/** @typedef {{x: number, y: number, radius: number, quantity: string, lifetime: number, alone: boolean, maze: number, palette: string,
 *   picks: {x: number, y: number, dtype: import("./episode.js").Dtype}[]}} Place
 */

/** The part of the address after #. Numbers are written so that the same bits are read.
 * @param {Place} place @returns {string}
 */
export function written(place) {
  const parts = [`at=${place.x},${place.y},${place.radius}`, `life=${place.lifetime}`, `maze=${place.maze}`];
  if (place.alone) parts.push("alone");
  parts.push(`quantity=${place.quantity}`);
  parts.push(`colours=${place.palette}`, ...place.picks.map(({ x, y, dtype }) => `pick=${x},${y},${dtype.slice(5)}`));
  return `#${parts.join("&")}`;
}

/** Read what `written` wrote; parts that are missing or wrong are left out. @param {string} hash
 * @returns {Partial<Place>}
 */
export function read(hash) {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const numbers = (/** @type {string | null} */ text, /** @type {number} */ count) => {
    const found = (text ?? "").split(",").map((each) => (each.trim() ? Number(each) : NaN));
    return found.length === count && found.every(Number.isFinite) ? found : null;
  };
  /** @type {Partial<Place>} */
  const place = { alone: parts.has("alone") };
  const at = numbers(parts.get("at"), 3), life = numbers(parts.get("life"), 1), maze = numbers(parts.get("maze"), 1);
  if (at && at[2] > 0) [place.x, place.y, place.radius] = at;
  if (life) place.lifetime = life[0];
  if (maze) place.maze = maze[0];
  if (parts.get("quantity")) place.quantity = String(parts.get("quantity"));
  if (parts.get("colours")) place.palette = String(parts.get("colours"));
  const picks = parts.getAll("pick").map((text) => numbers(text, 3) ?? []).filter(([, , bits]) => bits === 32 || bits === 64);
  if (picks.length) place.picks = picks.slice(0, 2).map(([x, y, bits]) => ({ x, y, dtype: bits === 64 ? "float64" : "float32" }));
  return place;
}
