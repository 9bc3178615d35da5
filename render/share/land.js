// The landscape on its canvas: the swept picture, the live pixels over it, and the marks of picked foragers.

import { CATEGORIES, paint, ranksOf } from "./colours.js";
import { cellOf, pictureOf, pointOf } from "./contents.js";
import { Crew } from "./crew.js";
import { drawMarks, ring } from "./marks.js";
import { dtypeOf } from "./plane.js";
import { gridHeights, latticePoint, SIDE, Tiles } from "./tiles.js";
import { View } from "./view.js";

const LULL = 120;  // milliseconds between two pictures while pixels arrive
const SHARPER = 0.8;  // live pixels replace those of the swept picture from this share of their size on
const COARSE = 1 / 8;  // of the radius: swept pixels from this size on are no guess at the heights of a view

/** @typedef {import("./contents.js").Picture} Picture */
/** A pixel: its point on the plane, the arithmetic of its genome, and its height if that is known.
 * @typedef {{x: number, y: number, dtype: import("./episode.js").Dtype, height: number}} Pixel
 */

export class Land {
  /** @param {HTMLCanvasElement} canvas @param {import("./contents.js").Contents} contents @param {string} script of a worker
   * @param {() => void} onChange called after a new picture
   */
  constructor(canvas, contents, script, onChange) {
    this.canvas = canvas;
    this.contents = contents;
    this.onChange = onChange;
    this.view = new View(contents.plane);
    this.tiles = new Tiles();
    this.terrain = { quantity: contents.quantities[0].name, lifetime: contents.lifetime, maze: 0 };
    this.palette = contents.palette;
    /** @type {{x: number, y: number, name: string}[]} */
    this.marks = [];
    this.cursor = false;  // the middle is marked, for the keyboard
    /** @type {Map<string, HTMLCanvasElement>} */
    this.painted = new Map();
    this.ranks = this.ranksOf(contents.pictures[0].heights);
    this.share = 1;  // of the view's pixels that are known
    this.drawing = 0;  // of the next animation frame
    this.drawn = 0;  // when it was last drawn
    /** @type {Crew | null} */
    this.crew = null;
    try {
      const { layout, world, plane, quantities } = contents;
      this.crew = new Crew(script, { layout, world, plane, quantities }, () => this.refresh(LULL));
    } catch { this.crew = null; }  // a browser that forbids workers in files shows the swept pictures only
    new ResizeObserver(() => this.resize()).observe(canvas);
    document.addEventListener("visibilitychange", () => this.change());
  }

  /** Fit the canvas to its box on the page, and compute what that shows. */
  resize() {
    if (!this.fit()) return;
    this.change();
    this.draw();  // at once, because a canvas whose size changes is empty
  }

  /** Fit the canvas to its box; the first time, show all. Returns false while the page has no room for it. */
  fit() {
    const { view, canvas } = this, box = canvas.getBoundingClientRect(), dense = devicePixelRatio || 1;
    if (!box.width) return false;
    const zoomed = view.width > 1 ? view.radius : 0;
    [view.width, view.height] = [box.width, box.height];
    canvas.width = Math.round(box.width * dense);
    canvas.height = Math.round(box.height * dense);
    if (!zoomed) this.home();
    return true;
  }

  /** Show as much of the first picture as fills the canvas. */
  home() {
    const { x, y, pixel, width, height } = this.contents.pictures[0], { view } = this;
    const shorter = Math.min(view.width, view.height);
    view.x = x;
    view.y = y;
    view.radius = 0.995 * Math.min(width * pixel / 2 / view.width, height * pixel / 2 / view.height) * shorter;
  }

  /** The quantity that is shown. @returns {import("./contents.js").Offered} */
  get quantity() {
    const { quantities } = this.contents;
    return quantities.find(({ name }) => name === this.terrain.quantity) ?? quantities[0];
  }

  /** What fixes the colours of heights. @param {Float32Array} heights @returns {import("./colours.js").Ranks} */
  ranksOf(heights) { return this.quantity.categorical ? CATEGORIES : ranksOf(heights); }

  /** The colours of heights: the chosen palette, or the hues of categories. @returns {Uint8Array} */
  get colours() {
    const { contents } = this;
    return this.quantity.categorical ? contents.categories : contents.palettes[this.palette];
  }

  /** The swept picture of what is shown, if there is one. @returns {Picture | undefined} */
  get picture() { return pictureOf(this.contents, this.terrain); }

  /** True if the view needs pixels that the swept picture does not have. */
  get live() {
    const { picture, view } = this;
    if (!picture) return true;
    if (2 ** -view.level < SHARPER * picture.pixel * picture.stride) return true;
    return ![[0, 0], [view.width, view.height]].every(([px, py]) => inside(picture, ...view.point(px, py)));
  }

  /** The pixel under a place of the canvas. @param {number} px @param {number} py @returns {Pixel} */
  pixel(px, py) {
    const [x, y] = this.view.point(px, py), picture = this.picture, level = this.view.level, spacing = 2 ** -level;
    if (picture && inside(picture, x, y) && spacing >= SHARPER * picture.pixel * picture.stride) {
      const [column, row] = cellOf(picture, x, y).map(Math.round);
      const [atX, atY] = pointOf(picture, column, row);
      return { x: atX, y: atY, dtype: picture.dtype, height: picture.heights[row * picture.columns + column] };
    }
    const column = Math.round(x * 2 ** level), row = Math.round(-y * 2 ** level), [atX, atY] = latticePoint(level, column, row);
    const tile = this.tiles.tile(this.terrain, level, Math.floor(row / SIDE), Math.floor(column / SIDE));
    const height = tile.heights[(row - tile.row * SIDE) * SIDE + column - tile.column * SIDE];
    return { x: atX, y: atY, dtype: dtypeOf(spacing), height };
  }

  /** Compute and draw what the view needs, after it changed. */
  change() {
    const { crew, picture } = this;
    if (crew) crew.compute(this.live && !document.hidden ? this.order() : null);
    if (!picture && !crew) this.terrain.lifetime = this.contents.lifetime;
    this.refresh();
  }

  /** What the crew should compute for the view. @returns {import("./crew.js").Order} */
  order() {
    const { view, picture, tiles, terrain } = this, grid = view.grid, spacing = 2 ** -grid.level;
    const swept = picture ? picture.pixel * picture.stride : 0, sharper = spacing < SHARPER * swept;
    return {
      tiles: tiles.under(terrain, grid), level: grid.level, terrain: { ...terrain },
      coarsest: this.coarsest(grid), x: grid.left + grid.width / 2, y: grid.top + grid.height / 2,
      wanted: (column, row, stride) => {
        if (column <= grid.left - stride || column >= grid.left + grid.width) return false;
        if (row <= grid.top - stride || row >= grid.top + grid.height) return false;
        return sharper || !picture || !inside(picture, ...latticePoint(grid.level, column, row));
      },
    };
  }

  /** The stride of the first pass: finer where the swept picture lies below. @param {import("./tiles.js").Grid} grid */
  coarsest({ level }) {
    const { view, picture } = this, around = [[0, 0], [view.width, 0], [0, view.height], [view.width, view.height]];
    if (!picture || !around.some(([px, py]) => inside(picture, ...view.point(px, py)))) return 32;
    return Math.max(1, Math.min(32, 2 ** Math.floor(Math.log2(picture.pixel * picture.stride * 2 ** level))));
  }

  /** Draw soon, but not before so many milliseconds have passed since the last time. @param {number} lull */
  refresh(lull = 0) {
    if (this.drawing) return;
    const wait = this.drawn + lull - performance.now();
    const draw = () => { this.drawing = 0; this.draw(); };
    if (wait <= 0) this.drawing = requestAnimationFrame(draw);
    else setTimeout(() => this.refresh(), wait);
  }

  draw() {
    const { canvas, view, terrain } = this, pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const dense = canvas.width / view.width;
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.fillStyle = "#15171c";
    pen.fillRect(0, 0, view.width, view.height);
    const picture = this.picture;
    this.share = 1;
    if (picture) this.drawPicture(pen, picture);
    if (this.live) this.drawTiles(pen, terrain, picture);
    drawMarks(pen, view, this.marks);
    if (this.cursor) ring(pen, view.width / 2, view.height / 2, 3);
    this.drawn = performance.now();
    this.onChange();
  }

  /** @param {CanvasRenderingContext2D} pen @param {Picture} picture */
  drawPicture(pen, picture) {
    const { view } = this, name = `${picture.quantity}/${picture.lifetime}/${picture.maze}/${this.palette}`, ranks = this.ranksOf(picture.heights);
    let painted = this.painted.get(name);
    if (!painted) {
      if (this.painted.size > 12) this.painted.clear();
      painted = asCanvas(paint(picture.heights, picture.columns, picture.rows, ranks, this.colours, this.quantity.categorical));
      this.painted.set(name, painted);
    }
    this.ranks = ranks;
    const [left, top] = view.place(...pointOf(picture, -0.5, -0.5));
    const [right, bottom] = view.place(...pointOf(picture, picture.columns - 0.5, picture.rows - 0.5));
    pen.imageSmoothingEnabled = right - left < 3 * picture.columns;
    pen.imageSmoothingQuality = "high";
    pen.drawImage(painted, left, top, right - left, bottom - top);
  }

  /** @param {CanvasRenderingContext2D} pen @param {import("./tiles.js").Terrain} terrain @param {Picture | undefined} picture */
  drawTiles(pen, terrain, picture) {
    const { view, tiles } = this, grid = view.grid;
    const { heights, known } = gridHeights(tiles.under(terrain, grid), grid, this.coarsest(grid));
    const sharp = picture && 2 ** -grid.level < SHARPER * picture.pixel * picture.stride;
    const deep = sharp && picture.pixel * picture.stride > COARSE * view.radius, own = deep && this.ranksOf(heights);
    if (sharp) fill(heights, grid, picture);
    if (sharp || !picture) {
      this.share = known / heights.length;
      if (sharp || known > Math.min(200, heights.length / 2)) this.ranks = own || this.ranksOf(heights);
    }
    const image = paint(heights, grid.width, grid.height, this.ranks, this.colours, this.quantity.categorical);
    const half = 0.5, unit = 2 ** -grid.level;
    const [left, top] = view.place((grid.left - half) * unit, -(grid.top - half) * unit);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(asCanvas(image), left, top, grid.width * unit / view.scale, grid.height * unit / view.scale);
  }
}

/** True if a point lies within the pixels of a picture. @param {Picture} picture @param {number} x @param {number} y */
function inside(picture, x, y) {
  const [column, row] = cellOf(picture, x, y);
  return column > -0.5 && row > -0.5 && column < picture.columns - 0.5 && row < picture.rows - 0.5;
}

/** Give pixels that are not known yet the heights of a swept picture. @param {Float32Array} heights
 * @param {import("./tiles.js").Grid} grid @param {Picture} picture
 */
function fill(heights, { level, left, top, width }, picture) {
  heights.forEach((height, at) => {
    if (height === height) return;
    const [x, y] = latticePoint(level, left + at % width, top + Math.floor(at / width));
    const [column, row] = cellOf(picture, x, y).map(Math.round);
    if (inside(picture, x, y)) heights[at] = picture.heights[row * picture.columns + column];
  });
}

/** @param {ImageData} image @returns {HTMLCanvasElement} */
function asCanvas(image) {
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
  return canvas;
}
