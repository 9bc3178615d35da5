// The page: connects the landscape, the foragers, the settings and the address.

import { read, written } from "./address.js";
import { drawBar, heightText, unitText, whereText } from "./captions.js";
import { unpack } from "./contents.js";
import { copy, element } from "./elements.js";
import { Foragers } from "./foragers.js";
import { listen } from "./gestures.js";
import { Land } from "./land.js";
import { pictureOfCanvas } from "./picture_file.js";
import { FLOAT32_PIXEL, useFloat64 } from "./plane.js";

const chooser = (/** @type {string} */ id) => /** @type {HTMLSelectElement} */ (element(id));
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
    if (!this.foragers.picks.length) this.foragers.add(this.firstPick());
  }

  /** The pixel of the champion, through which the plane is laid, or of the middle of a view that does not show it. */
  firstPick() {
    const { view } = this.land, [x, y] = view.place(0, 0);
    const seen = x > 0 && y > 0 && x < view.width && y < view.height;
    return seen
      ? { ...this.land.pixel(x, y), first: "The champion" }
      : { ...this.land.pixel(view.width / 2, view.height / 2), first: "The network in the middle" };
  }

  /** Connect the settings and buttons. */
  settings() {
    const { contents, land, foragers } = this, count = contents.world.boards.length;
    const life = input("lifetime"), alone = input("alone"), palette = chooser("palette"), quantity = chooser("quantity");
    life.max = String(contents.lifetime);
    life.oninput = () => this.setTerrain({ lifetime: this.nearLifetime(Number(life.value)) });
    life.onchange = () => { foragers.lifetime = land.terrain.lifetime; foragers.restart(); };
    for (const name of Object.keys(contents.palettes)) palette.add(new Option(name));
    palette.onchange = () => this.setPalette(palette.value);
    element("alone-box").hidden = count === 1;
    alone.onchange = () => this.setTerrain({ alone: alone.checked });
    for (const { name, choice } of contents.quantities) quantity.add(new Option(choice, name));
    quantity.onchange = () => this.setTerrain({ quantity: quantity.value });
    quantity.hidden = contents.quantities.length === 1;
    element("in").onclick = () => { land.view.zoom(2); this.moved(); };
    element("out").onclick = () => { land.view.zoom(0.5); this.moved(); };
    element("home").onclick = () => { land.home(); this.moved(); };
    element("copy").onclick = async () => this.say((await copy(this.link())) ? "The link is on the clipboard." : this.link());
    element("save").onclick = () => this.save();
    element("copy-command").onclick = async () => this.say((await copy(contents.command)) ? "The command is on the clipboard." : "");
  }

  /** Show another terrain at the same place; what is not named stays.
   * @param {{quantity?: string, lifetime?: number, alone?: boolean}} change
   */
  setTerrain({ quantity = this.land.quantity.name, lifetime = this.land.terrain.lifetime, alone = this.alone }) {
    this.alone = alone;
    this.land.terrain = { quantity, lifetime, maze: alone ? this.foragers.maze : 0 };
    this.showSettings();
    this.moved();
  }

  /** A lifetime that has a swept picture, if one is near; so the slider snaps to pictures that are there at once.
   * @param {number} lifetime
   */
  nearLifetime(lifetime) {
    const { name } = this.land.quantity;
    const known = this.contents.pictures.filter(({ maze, quantity }) => !maze && quantity === name).map((picture) => picture.lifetime);
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
    const { land } = this, { lifetime } = land.terrain, { name, meaning, categorical } = land.quantity;
    input("lifetime").value = String(lifetime);
    element("lifetime-name").textContent = `${lifetime} steps`;
    input("alone").checked = this.alone;
    chooser("palette").value = land.palette;
    chooser("quantity").value = name;
    element("palette-box").hidden = categorical;
    element("meaning").textContent = meaning;
    element("unit").textContent = unitText(land);
    element("height").textContent = "";  // until the pointer moves, what it said is of another quantity or life
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
    if (this.alone && land.terrain.maze !== foragers.maze) this.setTerrain({});
    else land.refresh();
    this.note();
  }

  /** A new picture is on the canvas: its colour bar and its place in words. */
  onDrawn() {
    drawBar(this.land);
    element("where").textContent = whereText(this.land);
  }

  /** @param {import("./land.js").Pixel} pixel */
  tellHeight(pixel) { element("height").textContent = heightText(this.land.quantity, pixel); }

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
    return written({ x: view.x, y: view.y, radius: view.radius, quantity: terrain.quantity, lifetime: terrain.lifetime, alone, maze: foragers.maze, palette, picks });
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
    const { name } = contents.quantities.find((each) => each.name === place.quantity) ?? contents.quantities[0];
    this.setTerrain({ quantity: name, lifetime: foragers.lifetime, alone: Boolean(place.alone) && count > 1 });
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
    const { quantity, lifetime, maze } = terrain, { x, y, radius } = view;
    const place = contents.place && maze === 0 ? { ...contents.place, quantity, lifetime, x, y, radius } : undefined;
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
