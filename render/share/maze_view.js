// A forager in its maze: walls, pellets, its trail and itself, at any time of its episode, as in render/forager.py.

const EAST = [0, 1, 0, -1], SOUTH = [-1, 0, 1, 0];
const GROUND = "#0d0e12", WALL = "#8b8f9b", PELLET = "#8ed0e8", BODY = "#fffcf0";
const LONGEST = 5000;  // steps that a trail reaches back
const EMBER = 0.17, FLAME = 0.86;  // places in the palette of the old end of the trail, and of its new end

/** @typedef {import("./episode.js").Episode} Episode */

/** Where a forager is between two steps: it turns, then moves on or bumps into a wall.
 * @param {Episode} episode @param {number} size @param {number} time in steps @returns {{x: number, y: number, angle: number}}
 */
function pose(episode, size, time) {
  const step = Math.min(Math.floor(time), episode.actions.length - 1), part = time - step;
  const before = episode.places[step], after = episode.places[step + 1];
  const way = part - 0.5 * Math.sin(2 * Math.PI * part) / (2 * Math.PI);
  let x = before % size, y = Math.floor(before / size);
  x += way * (after % size - x);
  y += way * (Math.floor(after / size) - y);
  const facing = episode.headings[step + 1];
  if (before === after) {
    const nudge = 0.13 * Math.sin(Math.PI * part) ** 2;
    x += nudge * EAST[facing];
    y += nudge * SOUTH[facing];
  }
  const turned = Math.min(1, part / 0.6), turn = (episode.actions[step] + 1) % 4 - 1;
  return { x, y, angle: Math.PI / 2 * (episode.headings[step] + turn * turned * turned * (3 - 2 * turned)) };
}

/** Draw the maze at a time. @param {HTMLCanvasElement} canvas @param {import("./world.js").World} world @param {number} maze
 * @param {Episode} episode @param {number} time @param {Uint8Array} palette
 */
export function drawMaze(canvas, world, maze, episode, time, palette) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const { size } = world, cell = canvas.width / (size + 0.12), pad = 0.06 * cell;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = GROUND;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.setTransform(cell, 0, 0, cell, pad + cell / 2, pad + cell / 2);  // the middle of the north-west cell is (0, 0)
  pen.lineCap = "round";
  const step = Math.min(Math.floor(time), episode.actions.length), eaten = eatenAt(episode, size);
  drawPellets(pen, world, maze, eaten, step);
  const here = pose(episode, size, time);
  drawTrail(pen, episode, size, time, here, palette);
  drawWalls(pen, world.boards[maze], size);
  drawMeals(pen, episode, size, time);
  drawForager(pen, here, Math.max(1, 0.028 * size));
}

/** The step, from 1, in which each cell's pellet is eaten; 0 if never. @param {Episode} episode @param {number} size */
function eatenAt(episode, size) {
  const eaten = new Int32Array(size * size);
  episode.eaten.forEach((ate, at) => { if (ate) eaten[episode.places[at + 1]] = at + 1; });
  return eaten;
}

/** @param {CanvasRenderingContext2D} pen @param {import("./world.js").World} world @param {number} maze
 * @param {Int32Array} eaten @param {number} step
 */
function drawPellets(pen, { boards, size, starts }, maze, eaten, step) {
  pen.fillStyle = PELLET;
  for (let place = 0; place < size * size; place++) {
    if (!(boards[maze][place] & 16) || place === starts[maze] || (eaten[place] && eaten[place] <= step)) continue;
    pen.beginPath();
    pen.arc(place % size, Math.floor(place / size), 0.105, 0, 2 * Math.PI);
    pen.fill();
  }
}

/** @param {CanvasRenderingContext2D} pen @param {Uint8Array} board @param {number} size */
function drawWalls(pen, board, size) {
  pen.strokeStyle = WALL;
  pen.lineWidth = 0.075;
  pen.beginPath();
  for (let place = 0; place < size * size; place++) {
    const x = place % size, y = Math.floor(place / size);
    if (!(board[place] & 1)) { pen.moveTo(x - 0.5, y - 0.5); pen.lineTo(x + 0.5, y - 0.5); }
    if (!(board[place] & 8)) { pen.moveTo(x - 0.5, y - 0.5); pen.lineTo(x - 0.5, y + 0.5); }
  }
  pen.moveTo(size - 0.5, -0.5);
  pen.lineTo(size - 0.5, size - 0.5);
  pen.lineTo(-0.5, size - 0.5);
  pen.stroke();
}

/** Draw where the forager went, bright where it is new. @param {CanvasRenderingContext2D} pen @param {Episode} episode
 * @param {number} size @param {number} time @param {{x: number, y: number}} here @param {Uint8Array} palette
 */
function drawTrail(pen, episode, size, time, here, palette) {
  const step = Math.min(Math.floor(time), episode.actions.length - 1), fading = Math.max(5, episode.actions.length / 7);
  const last = palette.length / 3 - 1;
  /** @type {Map<string, number>} */
  const used = new Map();  // the step of the last use of each passage
  for (let at = Math.max(0, step - LONGEST); at < step; at++) {
    const [low, high] = [episode.places[at], episode.places[at + 1]].sort((a, b) => a - b), name = `${low},${high}`;
    used.delete(name);
    used.set(name, at);
  }
  /** @param {number} fromX @param {number} fromY @param {number} toX @param {number} toY @param {number} age */
  const stroke = (fromX, fromY, toX, toY, age) => {
    const fresh = Math.exp(-Math.max(0, age) / fading), at = 3 * Math.round((EMBER + (FLAME - EMBER) * fresh) * last);
    pen.strokeStyle = `rgb(${palette[at]}, ${palette[at + 1]}, ${palette[at + 2]})`;
    pen.lineWidth = 0.14 + 0.1 * fresh;
    pen.beginPath();
    pen.moveTo(fromX, fromY);
    pen.lineTo(toX, toY);
    pen.stroke();
  };
  for (const at of used.values()) {
    const [a, b] = [episode.places[at], episode.places[at + 1]];
    stroke(a % size, Math.floor(a / size), b % size, Math.floor(b / size), time - at - 1);
  }
  const from = episode.places[step];
  stroke(from % size, Math.floor(from / size), here.x, here.y, 0);
}

/** Draw a ring around each pellet that was just eaten. @param {CanvasRenderingContext2D} pen @param {Episode} episode
 * @param {number} size @param {number} time
 */
function drawMeals(pen, episode, size, time) {
  const lasting = Math.min(Math.max(1, episode.actions.length / 60), 12);
  for (let step = Math.max(0, Math.ceil(time - lasting - 1)); step < Math.min(Math.floor(time), episode.eaten.length); step++) {
    const part = (time - step - 1) / lasting, place = episode.places[step + 1];
    if (!episode.eaten[step] || part < 0 || part >= 1) continue;
    pen.strokeStyle = PELLET;
    pen.globalAlpha = 0.86 * (1 - part) ** 1.5;
    pen.lineWidth = 0.05 * (1 - 0.5 * part);
    pen.beginPath();
    pen.arc(place % size, Math.floor(place / size), 0.16 + 0.28 * (1 - (1 - part) ** 2), 0, 2 * Math.PI);
    pen.stroke();
    pen.globalAlpha = 1;
  }
}

/** Draw the forager: a drop whose tip points ahead. @param {CanvasRenderingContext2D} pen
 * @param {{x: number, y: number, angle: number}} here @param {number} unit its size, in cells
 */
function drawForager(pen, { x, y, angle }, unit) {
  const radius = 0.18 * unit, reach = 0.38 * unit, opening = Math.acos(radius / reach);
  pen.save();
  pen.translate(x, y);
  pen.rotate(angle - Math.PI / 2);
  pen.translate(-0.07 * unit, 0);
  pen.beginPath();
  pen.arc(0, 0, radius, opening, 2 * Math.PI - opening);
  pen.lineTo(reach, 0);
  pen.closePath();
  pen.lineJoin = "round";
  pen.lineWidth = 0.1 * unit;
  pen.strokeStyle = GROUND;
  pen.stroke();
  pen.fillStyle = BODY;
  pen.fill();
  pen.restore();
}
