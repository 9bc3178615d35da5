// Colours by rank, and light from the north-west; the picture of heights is that of render/picture.py.

const RISE = 0.05, AMBIENT = 0.3, GLOSS = 0.55, TINT = 0.28, FLAT = Math.SQRT1_2;

/** The ranks of heights: distinct values, rising, and their shares, from 0 to 1.
 * @typedef {{values: Float64Array, shares: Float64Array}} Ranks
 */

/** The ranks of categories, whose numbers are spread evenly. @type {Ranks} */
export const CATEGORIES = { values: Float64Array.of(0, 65535), shares: Float64Array.of(0, 1) };

/** The mid-ranks of all known heights, scaled to 0 to 1; see render/palette.py. @param {Float32Array} heights @returns {Ranks} */
export function ranksOf(heights) {
  const counts = new Map();
  for (const height of heights) if (height === height) counts.set(height, (counts.get(height) || 0) + 1);
  const values = Float64Array.from(counts.keys()).sort();
  let before = 0;
  const ranks = Array.from(values, (value) => { const count = counts.get(value); before += count; return before - count / 2; });
  const spread = ranks.length ? ranks[ranks.length - 1] - ranks[0] : 0;
  return { values, shares: Float64Array.from(ranks, (rank) => (spread ? (rank - ranks[0]) / spread : 0.5)) };
}

/** The share of a height, interpolated between the known ones. @param {Ranks} ranks @param {number} height @returns {number} */
export function shareOf({ values, shares }, height) {
  let low = 0, high = values.length - 1;
  if (!(height > values[0])) return shares[0] ?? 0.5;
  if (height >= values[high]) return shares[high];
  while (high - low > 1) { const middle = (low + high) >> 1; if (values[middle] <= height) low = middle; else high = middle; }
  return shares[low] + (shares[high] - shares[low]) * (height - values[low]) / (values[high] - values[low]);
}

/** The height whose share is given, so that a colour can be labelled; NaN if no height is known.
 * @param {Ranks} ranks @param {number} share @returns {number}
 */
export function heightOf({ values, shares }, share) {
  const after = shares.findIndex((each) => each >= share);
  if (after <= 0) return values[after < 0 ? values.length - 1 : 0] ?? NaN;
  const part = (share - shares[after - 1]) / (shares[after] - shares[after - 1]);
  return values[after - 1] + part * (values[after] - values[after - 1]);
}

/** A Gaussian blur with repeated edges, cut off at 3 sigma.
 * @param {Float32Array} field @param {number} width @param {number} height @param {number} sigma @returns {Float32Array}
 */
function blurred(field, width, height, sigma) {
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-0.5 * ((at - reach) / sigma) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight);
  /** @param {Float32Array} from @param {number} count @param {number} step @param {number} lines @param {number} next */
  const pass = (from, count, step, lines, next) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) for (let at = 0; at < count; at++) {
      let sum = 0;
      for (let offset = -reach; offset <= reach; offset++) {
        sum += weights[offset + reach] * from[line * next + Math.min(count - 1, Math.max(0, at + offset)) * step];
      }
      to[line * next + at * step] = sum / total;
    }
    return to;
  };
  return pass(pass(field, width, 1, height, width), height, width, width, 1);
}

/** The light on heights by Lambert's law with slopes of Horn (1981), from the north-west, 45 degrees high.
 * @param {Float32Array} heights @param {number} width @param {number} height @param {number} rise @param {number} sigma
 * @returns {Float32Array}
 */
function hillshade(heights, width, height, rise, sigma) {
  const z = blurred(heights, width, height, sigma), light = new Float32Array(z.length);
  /** @param {number} x @param {number} y */
  const at = (x, y) => z[Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x))] * rise / 8;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    const nw = at(x - 1, y - 1), n = at(x, y - 1), ne = at(x + 1, y - 1), w = at(x - 1, y), e = at(x + 1, y);
    const sw = at(x - 1, y + 1), s = at(x, y + 1), se = at(x + 1, y + 1);
    const east = ne + 2 * e + se - nw - 2 * w - sw, north = nw + 2 * n + ne - sw - 2 * s - se;
    light[y * width + x] = Math.max(0, (FLAT + 0.5 * east - 0.5 * north) / Math.sqrt(1 + east * east + north * north));
  }
  return light;
}

/** Write one colour under a light: shade is a little bluer, and what would be too bright becomes white.
 * @param {Uint8ClampedArray} pixels @param {number} to @param {Uint8Array} colour @param {number} from @param {number} light
 */
function shade(pixels, to, colour, from, light) {
  let gain = light / FLAT;
  gain = gain < 1 ? AMBIENT + (1 - AMBIENT) * gain : 1 + GLOSS * (gain - 1);
  let red = gain * colour[from], green = gain * colour[from + 1], blue = gain * colour[from + 2];
  if (gain < 1) { const sky = TINT * (1 - gain); red *= 1 + 0.3 * sky; green *= 1 - sky; blue *= 1 + sky; }
  const greatest = Math.max(red, green, blue);
  if (greatest > 255) {
    const part = 255 / greatest, lift = Math.min(1, 1 / part - 1);
    [red, green, blue] = [red, green, blue].map((channel) => channel * part + lift * (255 - channel * part));
  }
  pixels[to] = red; pixels[to + 1] = green; pixels[to + 2] = blue; pixels[to + 3] = 255;
}

/** The picture of heights; pixels whose height is not known stay transparent. Without relief, no light falls on it.
 * @param {Float32Array} heights @param {number} width @param {number} height @param {Ranks} ranks @param {Uint8Array} palette
 * @param {boolean} [bare] without relief @returns {ImageData}
 */
export function paint(heights, width, height, ranks, palette, bare = false) {
  const image = new ImageData(width, height), last = palette.length / 3 - 1;
  const low = ranks.values[0] ?? 0, high = ranks.values[ranks.values.length - 1] ?? 1;
  const known = heights.map((value) => (value === value ? value : low));
  const rise = high > low ? RISE * Math.max(width, height) / (high - low) : 0;
  const even = new Float32Array(bare ? heights.length : 0).fill(FLAT);
  const fine = bare ? even : hillshade(known, width, height, rise, 0.6), broad = bare ? even : hillshade(known, width, height, 2 * rise, 1.8);
  const places = new Map();
  for (let at = 0; at < heights.length; at++) {
    const value = heights[at];
    if (value !== value) continue;
    let place = places.get(value);
    if (place === undefined) places.set(value, place = 3 * Math.round(shareOf(ranks, value) * last));
    shade(image.data, 4 * at, palette, place, 0.6 * fine[at] + 0.4 * broad[at]);
  }
  return image;
}
