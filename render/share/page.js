// The page: connects the landscape, the foragers, the settings and the address.

import { read, written } from "./address.js";
import { heightOf } from "./colours.js";
import { unpack } from "./contents.js";
import { copy, element, few } from "./elements.js";
import { Foragers } from "./foragers.js";
import { listen } from "./gestures.js";
import { Land } from "./land.js";
import { pictureOfCanvas } from "./picture_file.js";
import { dtypeOf, FLOAT32_PIXEL, useFloat64 } from "./plane.js";

const input = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (element(id));

class Page {
  /** @param {import("./contents.js").Contents} contents @param {string} worker the source of a worker */
  constructor(contents, worker) {
    this.contents = contents;
    this.alone = false;  // the landscape shows the maze of the foragers alone
    this.address = "";
    this.writing = 0;
    this.touched = false;  // someone used the page: from then on, the address holds the place
    const [{ dtype, pixel }] = contents.pictures;
    if (dtype === "float64" && pixel >= FLOAT32_PIXEL) useFloat64();
    const canvas = /** @type {HTMLCanvasElement} */ (element("land"));
    this.land = new Land(canvas, contents, worker, () => this.onDrawn());
    this.foragers = new Foragers(contents, () => this.onPicked());
    this.settings();
    this.land.fit();
    listen(canvas, {
      pan: (right, down) => { this.land.view.pan(right, down); this.moved(); },
      zoom: (factor, x, y) => { this.land.view.zoom(factor, x, y); this.moved(); },
      tap: (x, y) => this.foragers.add(this.land.pixel(x, y)),
      hover: (x, y) => this.tellHeight(this.land.pixel(x, y)),
      press: (key) => this.press(key),
    });
    canvas.onfocus = () => { this.land.cursor = canvas.matches(":focus-visible"); this.land.refresh(); };
    canvas.onblur = () => { this.land.cursor = false; this.land.refresh(); };
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      window.addEventListener(kind, () => { this.touched = true; }, { capture: true, passive: true });
    }
    window.addEventListener("hashchange", () => { if (location.hash !== this.address) this.goTo(location.hash); });
    window.addEventListener("resize", () => this.foragers.draw());
    this.goTo(location.hash);
    if (!this.foragers.picks.length) this.foragers.add({ ...this.middle(), first: true });
  }

  /** The pixel of the genome that the plane is laid through, or of the middle of the view. */
  middle() {
    const { view } = this.land, [x, y] = view.place(0, 0);
    const seen = x > 0 && y > 0 && x < view.width && y < view.height;
    return seen ? this.land.pixel(x, y) : this.land.pixel(view.width / 2, view.height / 2);
  }

  /** Connect the settings and buttons. */
  settings() {
    const { contents, land, foragers } = this, count = contents.world.boards.length;
    const life = input("lifetime"), palette = /** @type {any} */ (element("palette")), alone = input("alone");
    life.max = String(contents.lifetime);
    life.oninput = () => this.setTerrain(this.nearLifetime(Number(life.value)), this.alone);
    life.onchange = () => { foragers.lifetime = land.terrain.lifetime; foragers.restart(); };
    for (const name of Object.keys(contents.palettes)) palette.add(new Option(name));
    palette.onchange = () => this.setPalette(palette.value);
    element("alone-box").hidden = count === 1;
    element("palette-box").hidden = contents.quantity.categorical;
    alone.onchange = () => this.setTerrain(land.terrain.lifetime, alone.checked);
    element("in").onclick = () => { land.view.zoom(2); this.moved(); };
    element("out").onclick = () => { land.view.zoom(0.5); this.moved(); };
    element("home").onclick = () => { land.home(); this.moved(); };
    element("copy").onclick = async () => this.say((await copy(this.link())) ? "The link is on the clipboard." : this.link());
    element("save").onclick = () => this.save();
    element("copy-command").onclick = async () => this.say((await copy(contents.command)) ? "The command is on the clipboard." : "");
  }

  /** @param {number} lifetime @param {boolean} alone */
  setTerrain(lifetime, alone) {
    this.alone = alone;
    this.land.terrain = { lifetime, maze: alone ? this.foragers.maze : 0 };
    this.showSettings();
    this.moved();
  }

  /** A lifetime that has a swept picture, if one is near; so the slider snaps to pictures that are there at once.
   * @param {number} lifetime
   */
  nearLifetime(lifetime) {
    const known = this.contents.pictures.filter(({ maze }) => maze === 0).map((picture) => picture.lifetime);
    const close = known.find((each) => Math.abs(each - lifetime) <= this.contents.lifetime / 50);
    return close ?? lifetime;
  }

  /** @param {string} name */
  setPalette(name) {
    this.land.palette = name;
    this.foragers.palette = this.contents.palettes[name];
    this.foragers.draw();
    this.showSettings();
    this.land.refresh();
    this.note();
  }

  /** Show the state of the settings. */
  showSettings() {
    const { land } = this, { lifetime, maze } = land.terrain, count = this.contents.world.boards.length;
    input("lifetime").value = String(lifetime);
    element("lifetime-name").textContent = `${lifetime} steps`;
    input("alone").checked = this.alone;
    /** @type {any} */ (element("palette")).value = land.palette;
    const { label, categorical } = this.contents.quantity, over = categorical ? "all" : "mean of";
    element("unit").textContent = maze ? `${label} in maze ${maze} in ${lifetime} steps`
      : count === 1 ? `${label} in ${lifetime} steps` : `${label} in ${lifetime} steps, ${over} ${count} mazes`;
  }

  /** The view changed. */
  moved() {
    this.land.change();
    this.note();
  }

  /** The picks or their maze changed. */
  onPicked() {
    const { land, foragers } = this;
    land.marks = foragers.picks.map(({ x, y }, at) => ({ x, y, name: "AB"[at] }));
    if (this.alone && land.terrain.maze !== foragers.maze) this.setTerrain(land.terrain.lifetime, true);
    else land.refresh();
    this.note();
  }

  /** A new picture is on the canvas: its colour bar and its place in words. */
  onDrawn() {
    const { land } = this, several = land.ranks.values.length > 1;
    const bar = /** @type {HTMLCanvasElement} */ (element("bar")), pen = /** @type {CanvasRenderingContext2D} */ (bar.getContext("2d"));
    const palette = land.colours, last = palette.length / 3 - 1;
    for (let x = 0; x < bar.width; x++) {
      const at = 3 * Math.round(x / (bar.width - 1) * last);
      pen.fillStyle = `rgb(${palette[at]}, ${palette[at + 1]}, ${palette[at + 2]})`;
      pen.fillRect(x, 0, 1, bar.height);
    }
    for (const [id, share] of /** @type {[string, number][]} */ ([["low", 0], ["median", 0.5], ["high", 1]])) {
      const told = !this.contents.quantity.categorical && (several || share === 0.5), height = heightOf(land.ranks, share);
      element(id).textContent = told && height === height ? few(height) : "";
    }
    element("where").textContent = this.whereText();
  }

  /** @returns {string} */
  whereText() {
    const { view, live, share, crew } = this.land;
    if (!live) return "";
    const spacing = 2 ** -view.level, working = crew && !crew.broken;
    const parts = [`pixels ${few(spacing * this.contents.unit, 2)} of the norm apart`];
    parts.push(dtypeOf(spacing) === "float64" ? "float64" : "float32");
    if (share < 1 && working) parts.push(`${share < 0.01 ? "under 1" : Math.floor(100 * share)} % computed`);
    if (!working) parts.push("this browser computes nothing live");
    if (view.atFloor) parts.push("the floor: float64 tells no finer pixels apart");
    return parts.join(" · ");
  }

  /** @param {import("./land.js").Pixel} pixel */
  tellHeight({ height }) {
    const { name, categorical, unit } = this.contents.quantity;
    const told = categorical ? `${name} ${height.toString(16).padStart(4, "0")}` : `${few(height)} ${unit}`.trim();
    element("height").textContent = height === height ? told : "";
  }

  /** @param {string} key @returns {boolean} */
  press(key) {
    const { foragers, land } = this;
    /** @type {Record<string, () => void>} */
    const keys = {
      " ": () => foragers.toggle(), n: () => foragers.turnTo(foragers.maze + 1), N: () => foragers.turnTo(foragers.maze - 1),
      ".": () => foragers.seek(Math.floor(foragers.time) + 1), ",": () => foragers.seek(Math.ceil(foragers.time) - 1),
      0: () => { land.home(); this.moved(); }, s: () => { this.save(); },
      Escape: () => { foragers.picks = []; foragers.restart(); },
    };
    if (!Object.hasOwn(keys, key)) return false;
    keys[key]();
    return true;
  }

  /** @param {string} text */
  say(text) {
    element("said").textContent = text;
    setTimeout(() => { if (element("said").textContent === text) element("said").textContent = ""; }, 4000);
  }

  /** The place as the address has it. @returns {string} */
  place() {
    const { land: { view, terrain, palette }, foragers, alone } = this;
    const picks = foragers.picks.filter(({ first }) => !first);
    return written({ x: view.x, y: view.y, radius: view.radius, lifetime: terrain.lifetime, alone, maze: foragers.maze, palette, picks });
  }

  link() { return location.href.replace(/#.*/, "") + this.place(); }

  /** Write the place into the address, soon. */
  note() {
    if (!this.touched) return;
    clearTimeout(this.writing);
    this.writing = setTimeout(() => {
      this.address = this.place();
      location.replace(this.address);
    }, 300);
  }

  /** Go to the place that an address names. @param {string} hash */
  goTo(hash) {
    const place = read(hash), { land, foragers, contents } = this, count = contents.world.boards.length;
    if (place.radius !== undefined) Object.assign(land.view, { x: place.x, y: place.y, radius: place.radius });
    foragers.maze = Math.max(1, Math.min(count, Math.round(place.maze ?? 1)));
    foragers.lifetime = Math.max(1, Math.min(contents.lifetime, Math.round(place.lifetime ?? contents.lifetime)));
    this.setTerrain(foragers.lifetime, Boolean(place.alone) && count > 1);
    this.setPalette(place.palette !== undefined && Object.hasOwn(contents.palettes, place.palette) ? place.palette : contents.palette);
    if (place.picks) {
      foragers.picks = place.picks.map((pick) => ({ ...pick, height: NaN }));
      foragers.restart();
    }
  }

  /** Save the landscape as a picture that holds its place. */
  async save() {
    const { land, contents } = this, { view, terrain } = land, marks = land.marks;
    land.marks = [];
    land.draw();
    const place = contents.place && terrain.maze === 0 ? { ...contents.place, lifetime: terrain.lifetime, x: view.x, y: view.y, radius: view.radius } : undefined;
    const made = JSON.stringify({ share: this.place(), command: contents.command, place });
    const blob = await pictureOfCanvas(land.canvas, { foragescape: contents.version, revision: contents.revision, made_from: made });
    land.marks = marks;
    land.draw();
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: "landscape.png" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    this.say("The picture is saved; it holds this place.");
  }
}

/** Start the page from the data and the worker that it holds. */
export async function start() {
  if (!("DecompressionStream" in window)) {
    element("news").textContent = "This browser is too old for this page: it needs one from 2023 or later.";
    return;
  }
  const text = (/** @type {string} */ id) => element(id).textContent ?? "";
  try {
    const contents = await unpack(JSON.parse(text("contents")));
    Object.assign(window, { foragescape: new Page(contents, text("worker")) });
    document.documentElement.dataset.ready = "yes";
  } catch (error) {
    element("news").textContent = "This page is damaged: make it again, or ask for it again.";
    throw error;
  }
}
