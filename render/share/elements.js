// Parts of the page.

/** The element with a name. @param {string} id @returns {HTMLElement} */
export const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** A number in a few digits, with a proper minus. @param {number} value @param {number} digits @returns {string} */
export function few(value, digits = 3) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(digits))) : power(value, digits);
  return text.replace(/^-/, "−");
}

/** @param {number} value @param {number} digits @returns {string} */
function power(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
  const raised = [...String(Number(exponent))].map((digit) => (digit === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)])).join("");
  return `${Number(mantissa)}·10${raised}`;
}

/** A new element. @param {string} tag @param {string} className @param {string} text @returns {any} */
const make = (tag, className, text = "") => Object.assign(document.createElement(tag), { className, textContent: text });

/** The card of a forager: its name, its maze and its hidden units.
 * @param {string} name @param {string} place @param {(() => void) | null} onRemove
 * @returns {{box: HTMLElement, maze: HTMLCanvasElement, units: HTMLCanvasElement, count: HTMLElement}}
 */
export function card(name, place, onRemove) {
  const box = make("article", "card"), head = make("p", "card-head"), count = make("span", "count");
  head.append(make("b", "name", name), count);
  if (onRemove) {
    const close = make("button", "close", "×");
    close.setAttribute("aria-label", `Remove forager ${name}`);
    close.onclick = onRemove;
    head.append(close);
  }
  const maze = make("canvas", "maze"), units = make("canvas", "units");
  for (const [canvas, label] of [[maze, `Forager ${name} in its maze`], [units, `Hidden units of forager ${name}, a row for each, over time`]]) {
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
  }
  box.setAttribute("aria-label", `Forager ${name} at ${place}`);
  box.append(head, maze, units, make("p", "note", "hidden units over time"));
  return { box, maze, units, count };
}

/** Put a text on the clipboard, also in a page that is opened as a file. @param {string} text @returns {Promise<boolean>} */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", "hidden-copy");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
