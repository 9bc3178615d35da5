// Marks on the landscape: rings around picked foragers with their names, and one in the middle for the keyboard.

/** Draw the marks of foragers. @param {CanvasRenderingContext2D} pen @param {import("./view.js").View} view
 * @param {{x: number, y: number, name: string}[]} marks
 */
export function drawMarks(pen, view, marks) {
  const places = marks.map(({ x, y }) => view.place(x, y));
  const close = places.length === 2 && Math.hypot(places[0][0] - places[1][0], places[0][1] - places[1][1]) < 30;
  for (const [at, { name }] of marks.entries()) {
    const [px, py] = places[at];
    ring(pen, px, py, 7);
    pen.font = "600 13px system-ui, sans-serif";
    pen.textBaseline = "middle";
    const right = px > view.width - 30 || (close && !at) ? -22 : 12;  // two names do not cover each other
    pen.lineWidth = 3.5;
    pen.strokeStyle = "rgba(10, 11, 15, 0.85)";
    pen.strokeText(name, px + right, py);
    pen.fillStyle = "#fff";
    pen.fillText(name, px + right, py);
  }
}

/** Draw a ring. @param {CanvasRenderingContext2D} pen @param {number} x @param {number} y @param {number} radius */
export function ring(pen, x, y, radius) {
  for (const [width, ink] of /** @type {[number, string][]} */ ([[4.5, "rgba(10, 11, 15, 0.8)"], [2, "#fff"]])) {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    pen.lineWidth = width;
    pen.strokeStyle = ink;
    pen.stroke();
  }
}
