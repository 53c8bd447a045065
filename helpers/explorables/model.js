// The transformer of chapter 12 in plain numbers: one token in, logits out, with keys and values remembered.
// It has what that model has: rotary positions, layer norms in front, GELU, biases, and a tied output.

// Base64 of 16-bit floats, as numbers.
export function unpackHalves(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return Float64Array.from(new Uint16Array(bytes.buffer), (bits) => {
    const [sign, power, part] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    return sign * (power ? (1 + part / 1024) * 2 ** (power - 15) : (part / 1024) * 2 ** -14);
  });
}

// {name: {data, rows, columns}}: views of one long row of numbers, in the order of `shapes`.
export function tensorsOf(shapes, numbers) {
  let at = 0;
  return Object.fromEntries(
    Object.entries(shapes).map(([name, [rows, columns = 1]]) => {
      const data = numbers.subarray(at, (at += rows * columns));
      return [name, { data, rows, columns }];
    }),
  );
}

// x times a matrix [rows, columns], plus a bias where there is one: loops, for it runs thousands of times.
function linear({ data, rows, columns }, bias, x, out) {
  for (let i = 0, k = 0; i < rows; i++) {
    let total = bias ? bias.data[i] : 0;
    for (let j = 0; j < columns; j++) total += data[k++] * x[j];
    out[i] = total;
  }
  return out;
}

function layerNorm(gain, bias, x, out) {
  const n = x.length;
  let [middle, square] = [0, 0];
  for (let i = 0; i < n; i++) middle += x[i];
  middle /= n;
  for (let i = 0; i < n; i++) square += (x[i] - middle) ** 2;
  const scale = 1 / Math.sqrt(square / n + 1e-5);
  for (let i = 0; i < n; i++) out[i] = gain.data[i] * (x[i] - middle) * scale + bias.data[i];
  return out;
}

// z times the share of the bell curve below z. The sum stops where its next part is too small to count.
function gelu(z) {
  if (Math.abs(z) > 9) return z > 0 ? z : 0;
  let [part, total] = [z, z];
  for (let k = 3; Math.abs(part) > 1e-17 * Math.abs(total); k += 2) {
    part *= (z * z) / k;
    total += part;
  }
  return z * (0.5 + (total * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI));
}

// Turn each pair of numbers of a head by the angle of its place; partners stand half a head apart.
function rotate(x, heads, place, base) {
  const size = x.length / heads;
  const half = size / 2;
  for (let i = 0; i < half; i++) {
    const angle = place * base ** ((-2 * i) / size);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    for (let h = 0; h < heads; h++) {
      const [a, b] = [h * size + i, h * size + i + half];
      const [first, second] = [x[a], x[b]];
      x[a] = first * c - second * s;
      x[b] = first * s + second * c;
    }
  }
}

// What one new token collects from itself and those before it; `looks` gets a row for each head.
function attend(q, { keys, values }, heads, out, looks) {
  const size = q.length / heads;
  for (let h = 0; h < heads; h++) {
    const [from, to] = [h * size, (h + 1) * size];
    const scores = keys.map((key) => {
      let score = 0;
      for (let i = from; i < to; i++) score += q[i] * key[i];
      return score / Math.sqrt(size);
    });
    const most = Math.max(...scores);
    const powers = scores.map((score) => Math.exp(score - most));
    const total = powers.reduce((a, b) => a + b, 0);
    const shares = powers.map((power) => power / total);
    looks.push(shares);
    for (let i = from; i < to; i++) {
      out[i] = 0;
      for (let t = 0; t < shares.length; t++) out[i] += shares[t] * values[t][i];
    }
  }
  return out;
}

// A reader of one text: `read(token)` takes the next token in and returns {logits, looks}.
export function reader(tensors, { layers, heads, base }) {
  const table = tensors["embedding.weight"];
  const d = table.columns;
  const memory = Array.from({ length: layers }, () => ({ keys: [], values: [] }));
  const room = (n) => new Float64Array(n);
  let place = 0;
  return (token) => {
    const x = table.data.slice(token * d, (token + 1) * d);
    const looks = [];
    for (let i = 0; i < layers; i++) {
      const p = (name) => tensors[`blocks.${i}.${name}`];
      const z = layerNorm(p("norm_1.weight"), p("norm_1.bias"), x, room(d));
      const qkv = linear(p("attention.qkv.weight"), p("attention.qkv.bias"), z, room(3 * d));
      const [q, k] = [qkv.subarray(0, d), qkv.subarray(d, 2 * d)];
      rotate(q, heads, place, base);
      rotate(k, heads, place, base);
      memory[i].keys.push(k);
      memory[i].values.push(qkv.subarray(2 * d));
      const joined = attend(q, memory[i], heads, room(d), looks);
      const added = linear(p("attention.out.weight"), p("attention.out.bias"), joined, room(d));
      for (let j = 0; j < d; j++) x[j] += added[j];
      layerNorm(p("norm_2.weight"), p("norm_2.bias"), x, z);
      const up = p("feed_forward.up.weight");
      const hidden = linear(up, p("feed_forward.up.bias"), z, room(up.rows));
      for (let j = 0; j < hidden.length; j++) hidden[j] = gelu(hidden[j]);
      linear(p("feed_forward.down.weight"), p("feed_forward.down.bias"), hidden, added);
      for (let j = 0; j < d; j++) x[j] += added[j];
    }
    place++;
    layerNorm(tensors["norm.weight"], tensors["norm.bias"], x, x);
    return { logits: linear(table, null, x, room(table.rows)), looks };
  };
}
