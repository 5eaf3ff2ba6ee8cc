import type { Padding } from "@eddyflow/core";
import { perElement, type Shader } from "./dispatch.ts";

/** How many numbers a value of a shader is. */
export type Width = 1 | 4;

/** Four where rows of `length` numbers divide so. */
export const widthFor = (length: number): Width => (length % 4 === 0 ? 4 : 1);

/** A shader with one invocation per value; the buffers hold values. */
function elementwise(
  key: string,
  width: Width,
  reads: readonly string[],
  integers: readonly string[],
  { functions = "", body }: { functions?: string; body: string },
): Shader {
  return {
    key: `${key} ${width}`,
    reads,
    writes: ["result"],
    types: Object.fromEntries([...reads, "result"].map((name) => [name, "Value"])),
    integers: ["count", ...integers],
    code: `
alias Value = ${width === 4 ? "vec4<f32>" : "f32"};
${functions}
${perElement(body)}`,
  };
}

/** Names of a field's numbers of points and channels; a plane has a depth of one. */
const sizeNames = ["depth", "height", "width", "channels"];

/** WGSL: place, channel and batch of value `i` of a field whose sizes are given as expressions. */
const coordinates = (depth: string, height: string, width: string): string => `
  let c = i % sizes.channels;
  var rest = i / sizes.channels;
  let x = rest % ${width};
  rest /= ${width};
  let y = rest % ${height};
  rest /= ${height};
  let z = rest % ${depth};
  let batch = rest / ${depth};`;

export const paddingCodes: Readonly<Record<Padding, number>> = { zero: 0, periodic: 1, reflect: 2 };

const padIntegers = [...sizeNames, "padZ", "padY", "padX", "modeZ", "modeY", "modeX"];

export const padShader = (width: Width): Shader =>
  elementwise("pad", width, ["field"], padIntegers, {
    functions: `
fn source(at: i32, n: i32, pad: i32, mode: i32) -> i32 {
  let j = at - pad;
  if (j >= 0 && j < n) { return j; }
  if (mode == ${paddingCodes.periodic}) { return (j + n) % n; }
  if (mode == ${paddingCodes.reflect}) { return select(2 * (n - 1) - j, -j, j < 0); }
  return -1;
}`,
    body: `
  ${coordinates("(sizes.depth + 2 * sizes.padZ)", "(sizes.height + 2 * sizes.padY)", "(sizes.width + 2 * sizes.padX)")}
  let fromZ = source(z, sizes.depth, sizes.padZ, sizes.modeZ);
  let fromY = source(y, sizes.height, sizes.padY, sizes.modeY);
  let fromX = source(x, sizes.width, sizes.padX, sizes.modeX);
  var value = Value(0);
  if (fromZ >= 0 && fromY >= 0 && fromX >= 0) {
    let row = (batch * sizes.depth + fromZ) * sizes.height + fromY;
    value = field[(row * sizes.width + fromX) * sizes.channels + c];
  }
  result[i] = value;`,
  });

/** Gathers what {@link padShader} has spread: a cell stands at its own place and, near an end, in both borders. */
export const padGradientShader = (width: Width): Shader =>
  elementwise("pad gradient", width, ["gradient"], padIntegers, {
    functions: `
fn place(k: i32, j: i32, n: i32, pad: i32, mode: i32) -> i32 {
  if (k == 0) { return j + pad; }
  var at = -1;
  if (mode == ${paddingCodes.periodic}) {
    if (k == 1 && j >= n - pad) { at = j - n + pad; }
    if (k == 2 && j < pad) { at = j + n + pad; }
  }
  if (mode == ${paddingCodes.reflect}) {
    if (k == 1 && j >= 1 && j <= pad) { at = pad - j; }
    if (k == 2 && j <= n - 2 && j >= n - 1 - pad) { at = 2 * (n - 1) - j + pad; }
  }
  return at;
}`,
    body: `
  ${coordinates("sizes.depth", "sizes.height", "sizes.width")}
  let height = sizes.height + 2 * sizes.padY;
  let width = sizes.width + 2 * sizes.padX;
  var total = Value(0);
  for (var a = 0; a < 3; a++) {
    let atZ = place(a, z, sizes.depth, sizes.padZ, sizes.modeZ);
    if (atZ < 0) { continue; }
    for (var b = 0; b < 3; b++) {
      let atY = place(b, y, sizes.height, sizes.padY, sizes.modeY);
      if (atY < 0) { continue; }
      let row = ((batch * (sizes.depth + 2 * sizes.padZ) + atZ) * height + atY) * width;
      for (var d = 0; d < 3; d++) {
        let atX = place(d, x, sizes.width, sizes.padX, sizes.modeX);
        if (atX >= 0) { total += gradient[(row + atX) * sizes.channels + c]; }
      }
    }
  }
  result[i] = total;`,
  });

export const rectifyShader = (width: Width): Shader =>
  elementwise("rectify", width, ["field"], [], { body: "result[i] = max(field[i], Value(0));" });

export const rectifyGradientShader = (width: Width): Shader =>
  elementwise("rectify gradient", width, ["gradient", "rectified"], [], {
    body: "result[i] = select(Value(0), gradient[i], rectified[i] > Value(0));",
  });

/** WGSL: where the window of value `i` of a halved field begins in the whole one; its depth is one or two. */
const window = `
  ${coordinates("(sizes.depth / sizes.levels)", "(sizes.height / 2)", "(sizes.width / 2)")}
  let corner = (((batch * sizes.depth + z * sizes.levels) * sizes.height + 2 * y) * sizes.width + 2 * x) * sizes.channels + c;
  let level = sizes.height * sizes.width * sizes.channels;
  let row = sizes.width * sizes.channels;`;

/** WGSL: `body` for each cell `at` of the window, in row-major order. */
const overWindow = (body: string): string => `
  for (var a = 0; a < sizes.levels; a++) {
    for (var b = 0; b < 2; b++) {
      for (var d = 0; d < 2; d++) {
        let at = corner + a * level + b * row + d * sizes.channels;
        ${body}
      }
    }
  }`;

const windowIntegers = [...sizeNames, "levels"];

export const maxPoolShader = (width: Width): Shader =>
  elementwise("max pool", width, ["field"], windowIntegers, {
    body: `
  ${window}
  var largest = field[corner];
  ${overWindow("largest = max(largest, field[at]);")}
  result[i] = largest;`,
  });

export const maxPoolGradientShader = (width: Width): Shader =>
  elementwise("max pool gradient", width, ["field", "largest", "gradient"], windowIntegers, {
    body: `
  ${window}
  var left = gradient[i];
  ${overWindow(`
        let share = select(Value(0), left, field[at] == largest[i]);
        left -= share;
        result[at] = share;`)}`,
  });

export const upsampleShader = (width: Width): Shader =>
  elementwise("upsample", width, ["field"], windowIntegers, {
    body: `
  ${window}
  let value = field[i];
  ${overWindow("result[at] = value;")}`,
  });

export const upsampleGradientShader = (width: Width): Shader =>
  elementwise("upsample gradient", width, ["gradient"], windowIntegers, {
    body: `
  ${window}
  var total = Value(0);
  ${overWindow("total += gradient[at];")}
  result[i] = total;`,
  });

const lineIntegers = ["length", "inner"];

/** WGSL: index `k` along the axis of value `i`, `inner` values apart. */
const onLine = `
  let inner = sizes.inner;
  let last = sizes.length - 1;
  let k = i / inner % sizes.length;
  let start = i - k * inner;`;

export const differenceShader = (width: Width, boundary: "periodic" | "wall"): Shader =>
  elementwise(`difference ${boundary}`, width, ["field"], lineIntegers, {
    body: `
  ${onLine}
  ${
    boundary === "periodic"
      ? `let next = select(k + 1, 0, k == last);
  let previous = select(k - 1, last, k == 0);
  result[i] = 0.5 * (field[start + next * inner] - field[start + previous * inner]);`
      : `let next = min(k + 1, last);
  let previous = max(k - 1, 0);
  result[i] = (field[start + next * inner] - field[start + previous * inner]) / f32(next - previous);`
  }`,
  });

export const differenceGradientShader = (width: Width, boundary: "periodic" | "wall"): Shader =>
  elementwise(`difference gradient ${boundary}`, width, ["gradient"], lineIntegers, {
    body: `
  ${onLine}
  ${
    boundary === "periodic"
      ? `let next = select(k + 1, 0, k == last);
  let previous = select(k - 1, last, k == 0);
  result[i] = 0.5 * (gradient[start + previous * inner] - gradient[start + next * inner]);`
      : `var total = Value(0);
  if (k > 0) { total += gradient[i - inner] * select(0.5, 1.0, k == 1); }
  if (k < last) { total -= gradient[i + inner] * select(0.5, 1.0, k == last - 1); }
  if (k == 0) { total -= gradient[i]; }
  if (k == last) { total += gradient[i]; }
  result[i] = total;`
  }`,
  });
