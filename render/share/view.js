// The view: which part of the plane the canvas shows, and which lattice its pixels lie on.

import { finest } from "./plane.js";

const CELL = 2;  // least size of a live pixel on the screen, in CSS pixels
const COARSE = 24;  // greatest size of one, at the floor of float64
const FARTHEST = 2 ** 51;  // lattice points from the middle; up to here half a pixel is exact in float64
const WIDEST = 8;

/** The middle of the canvas (x, y), and `radius`, half its shorter side, in coordinates of the plane. */
export class View {
  /** @param {import("./plane.js").Plane} plane */
  constructor(plane) {
    this.plane = plane;
    this.x = this.y = 0;
    this.radius = 1;
    this.width = this.height = 1;  // of the canvas, in CSS pixels
    this.known = { x: NaN, y: NaN, step: 0 };
  }

  /** The length of a CSS pixel. */
  get scale() { return 2 * this.radius / Math.min(this.width, this.height); }

  /** The point under a place of the canvas. @param {number} px @param {number} py @returns {[number, number]} */
  point(px, py) {
    return [this.x + (px - this.width / 2) * this.scale, this.y - (py - this.height / 2) * this.scale];
  }

  /** The place of a point on the canvas. @param {number} x @param {number} y @returns {[number, number]} */
  place(x, y) {
    return [this.width / 2 + (x - this.x) / this.scale, this.height / 2 - (y - this.y) / this.scale];
  }

  /** The level whose pixels are 2 to 4 CSS pixels wide, or the deepest one. */
  get level() { return Math.min(Math.floor(-Math.log2(CELL * this.scale)), this.deepest); }

  /** The smallest step at the middle that changes most weights, kept until the middle moves. */
  get finest() {
    if (this.known.x !== this.x || this.known.y !== this.y) this.known = { x: this.x, y: this.y, step: finest(this.plane, this.x, this.y) };
    return this.known.step;
  }

  /** The greatest level at which neighbouring pixels still differ in float64. */
  get deepest() {
    const least = 2 * this.finest, far = Math.max(Math.abs(this.x), Math.abs(this.y), this.radius * 2);
    return Math.min(Math.floor(-Math.log2(least)), Math.floor(Math.log2(FARTHEST / far)));
  }

  /** True where zooming further shows nothing new. */
  get atFloor() { return Math.floor(-Math.log2(CELL * this.scale)) > this.deepest; }

  /** The lattice points whose pixels the canvas shows, be it in part, and no others, because colours go by the ranks of
   * what is seen. @returns {import("./tiles.js").Grid}
   */
  get grid() {
    const level = this.level, unit = 2 ** level, [x, y] = this.point(0, 0), [right, bottom] = this.point(this.width, this.height);
    const left = Math.round(x * unit), top = Math.round(-y * unit);
    return { level, left, top, width: Math.round(right * unit) - left + 1, height: Math.round(-bottom * unit) - top + 1 };
  }

  /** Move by CSS pixels. @param {number} right @param {number} down */
  pan(right, down) {
    this.x += right * this.scale;
    this.y -= down * this.scale;
  }

  /** Enlarge by a factor; the point under a place stays there. @param {number} factor @param {number} px @param {number} py */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const [x, y] = this.point(px, py), before = this.scale;
    const least = 2 ** -this.deepest / COARSE * Math.min(this.width, this.height) / 2;
    this.radius = Math.min(WIDEST, Math.max(this.radius / factor, Math.min(least, this.radius)));
    const share = this.scale / before;
    this.x = x + (this.x - x) * share;
    this.y = y + (this.y - y) * share;
  }
}
