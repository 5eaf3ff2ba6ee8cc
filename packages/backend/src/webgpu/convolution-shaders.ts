import { longestRow, type Shader } from "./dispatch.ts";

/** Rows and columns of the result that a workgroup computes: 16 × 16 invocations with 4 × 4 each. */
export const tileSize = 64;
/** How much of the sum a workgroup holds at once: two tiles of 4 KiB. */
const depth = 16;

/** One product of a result: a field, seen as a matrix of its windows, with a weight. */
export interface Product {
  readonly field: string;
  readonly weight: string;
  /** Prefix of its numbers. */
  readonly prefix: string;
  /** Whether it is the adjoint in the field: windows reach back, and the weight's roles are exchanged. */
  readonly isAdjoint: boolean;
  /** Whether its field's channels are a multiple of four, hence read as four values. */
  readonly isWide: boolean;
}

/** Names of the numbers of a product: its field's points and channels, its kernel's sizes. */
const productIntegers = (prefix: string): string[] =>
  ["Depth", "Height", "Width", "Channels", "TapsZ", "TapsY", "TapsX"].map((name) => prefix + name);

/** WGSL: the place of `tap` in the kernel. */
const placeOfTap = (prefix: string): string => `
      let kx = tap % sizes.${prefix}TapsX;
      let ky = tap / sizes.${prefix}TapsX % sizes.${prefix}TapsY;
      let kz = tap / (sizes.${prefix}TapsX * sizes.${prefix}TapsY);`;

/**
 * WGSL: adds the product to `sums`. A tile of windows and a tile of the weight go to workgroup memory, both by all
 * invocations, then each invocation multiplies four rows of the one by four columns of the other.
 */
function accumulate({ field, weight, prefix, isAdjoint, isWide }: Product): string {
  const sign = isAdjoint ? "-" : "+";
  const inField = isAdjoint
    ? `fz >= 0 && fy >= 0 && fx >= 0 && fz < sizes.${prefix}Depth && fy < sizes.${prefix}Height && fx < sizes.${prefix}Width`
    : "true";
  const place = `((batch * sizes.${prefix}Depth + fz) * sizes.${prefix}Height + fy) * sizes.${prefix}Width + fx`;
  const readWindow = isWide
    ? `
    {
      let k = origin + windowStep;
      let tap = k / channels;
      let c = k % channels;${placeOfTap(prefix)}
      let fz = z ${sign} kz;
      let fy = y ${sign} ky;
      let fx = x ${sign} kx;
      var value = vec4<f32>(0);
      if (hasRow && k < total && ${inField}) { value = ${field}[((${place}) * channels + c) / 4]; }
      ${[0, 1, 2, 3].map((step) => `windows[(windowStep + ${step}) * ${tileSize} + windowRow] = value[${step}];`).join("\n      ")}
    }`
    : `
    for (var step = 0; step < 4; step++) {
      let k = origin + windowStep + step;
      let tap = k / channels;
      let c = k % channels;${placeOfTap(prefix)}
      let fz = z ${sign} kz;
      let fy = y ${sign} ky;
      let fx = x ${sign} kx;
      var value = 0.0;
      if (hasRow && k < total && ${inField}) { value = ${field}[(${place}) * channels + c]; }
      windows[(windowStep + step) * ${tileSize} + windowRow] = value;
    }`;
  // The adjoint's columns are the weight's inputs, and its channels the weight's outputs.
  const weightAt = isAdjoint
    ? "(k / channels * sizes.columns + column) * channels + k % channels"
    : "k * sizes.columns + column";
  return `
  {
    let channels = sizes.${prefix}Channels;
    let total = sizes.${prefix}TapsZ * sizes.${prefix}TapsY * sizes.${prefix}TapsX * channels;
    for (var origin = 0; origin < total; origin += ${depth}) {
      ${readWindow}
      {
        let k = origin + weightStep;
        var value = vec4<f32>(0);
        if (k < total) {
          for (var step = 0; step < 4; step++) {
            let column = firstColumn + weightColumn * 4 + step;
            if (column < sizes.columns) { value[step] = ${weight}[${weightAt}]; }
          }
        }
        weights[weightStep * ${tileSize / 4} + weightColumn] = value;
      }
      workgroupBarrier();
      for (var k = 0; k < ${depth}; k++) {
        let right = weights[k * ${tileSize / 4} + localX];
        let at = k * ${tileSize} + localY * 4;
        ${[0, 1, 2, 3].map((j) => `sum${j} += windows[at + ${j}] * right;`).join("\n        ")}
      }
      workgroupBarrier();
    }
  }`;
}

/** WGSL: entry, tiles, and the row of the windows that an invocation reads. */
const prologue = `
var<workgroup> windows: array<f32, ${depth * tileSize}>;
var<workgroup> weights: array<vec4<f32>, ${(depth * tileSize) / 4}>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let localX = i32(local % 16u);
  let localY = i32(local / 16u);
  let firstRow = i32(group.z * ${longestRow}u + group.x) * ${tileSize};
  let firstColumn = i32(group.y) * ${tileSize};
  let weightStep = localY;
  let weightColumn = localX;
  let windowRow = i32(local / 4u);
  let windowStep = i32(local % 4u) * 4;
  ${[0, 1, 2, 3].map((j) => `var sum${j} = vec4<f32>(0);`).join("\n  ")}`;

/**
 * Sums of products with what is added to them and done with the sum: an implicit matrix product with one row per
 * place of the result and one column per channel of it.
 */
export function convolutionShader(
  products: readonly Product[],
  {
    addends,
    relu,
  }: { readonly addends: readonly ("bias" | "skipBias" | "residual")[]; readonly relu: boolean },
): Shader {
  const key = products
    .map(({ isAdjoint, isWide }) => `${isAdjoint ? "adjoint" : "forward"} ${isWide ? 4 : 1}`)
    .join("+");
  const added = addends.map((name) =>
    name === "residual" ? " + residual[row * sizes.columns + column]" : ` + ${name}[column]`,
  );
  const sum = `sum[step]${added.join("")}`;
  return {
    key: `convolution ${key} ${addends.join(" ")} ${relu}`,
    reads: [...products.flatMap(({ field, weight }) => [field, weight]), ...addends],
    writes: ["result"],
    types: Object.fromEntries(
      products.filter(({ isWide }) => isWide).map(({ field }) => [field, "vec4<f32>"]),
    ),
    integers: [
      "rows",
      "columns",
      "depth",
      "height",
      "width",
      ...products.flatMap(({ prefix }) => productIntegers(prefix)),
    ],
    code: `${prologue}
  let ownRow = firstRow + windowRow;
  let hasRow = ownRow < sizes.rows;
  var rest = ownRow;
  let x = rest % sizes.width;
  rest /= sizes.width;
  let y = rest % sizes.height;
  rest /= sizes.height;
  let z = rest % sizes.depth;
  let batch = rest / sizes.depth;
  ${products.map(accumulate).join("\n")}
  ${[0, 1, 2, 3].map((j) => `write(firstRow + localY * 4 + ${j}, firstColumn + localX * 4, sum${j});`).join("\n  ")}
}
fn write(row: i32, firstColumn: i32, sum: vec4<f32>) {
  if (row >= sizes.rows) { return; }
  for (var step = 0; step < 4; step++) {
    let column = firstColumn + step;
    if (column < sizes.columns) {
      result[row * sizes.columns + column] = ${relu ? `max(${sum}, 0.0)` : sum};
    }
  }
}`,
  };
}

/**
 * The adjoint in the weight: a matrix product with one row per tap and channel of the field, one column per
 * channel of the gradient and a sum over all places, which the workgroups of one z share among them.
 */
export const weightGradientShader: Shader = {
  key: "weight gradient",
  reads: ["field", "gradient"],
  writes: ["result"],
  integers: [
    "rows",
    "columns",
    "places",
    "placesPerPart",
    "depth",
    "height",
    "width",
    ...productIntegers("field"),
  ],
  code: `${prologue.replace(`i32(group.z * ${longestRow}u + group.x)`, "i32(group.x)")}
  let channels = sizes.fieldChannels;
  // Sixteen neighbouring invocations read neighbouring channels of one place.
  let place = localY;
  let begin = i32(group.z) * sizes.placesPerPart;
  let end = min(begin + sizes.placesPerPart, sizes.places);
  for (var origin = begin; origin < end; origin += ${depth}) {
    let at = origin + place;
    let isPlace = at < end;
    var rest = at;
    let x = rest % sizes.width;
    rest /= sizes.width;
    let y = rest % sizes.height;
    rest /= sizes.height;
    let z = rest % sizes.depth;
    let batch = rest / sizes.depth;
    for (var step = 0; step < 4; step++) {
      let own = localX + step * 16;
      let row = firstRow + own;
      let tap = row / channels;
      let c = row % channels;${placeOfTap("field")}
      var value = 0.0;
      if (isPlace && row < sizes.rows) {
        let line = ((batch * sizes.fieldDepth + z + kz) * sizes.fieldHeight + y + ky) * sizes.fieldWidth;
        value = field[(line + x + kx) * channels + c];
      }
      windows[place * ${tileSize} + own] = value;
    }
    var right = vec4<f32>(0);
    if (isPlace) {
      for (var step = 0; step < 4; step++) {
        let column = firstColumn + localX * 4 + step;
        if (column < sizes.columns) { right[step] = gradient[at * sizes.columns + column]; }
      }
    }
    weights[place * ${tileSize / 4} + localX] = right;
    workgroupBarrier();
    for (var k = 0; k < ${depth}; k++) {
      let weight = weights[k * ${tileSize / 4} + localX];
      let own = k * ${tileSize} + localY * 4;
      ${[0, 1, 2, 3].map((j) => `sum${j} += windows[own + ${j}] * weight;`).join("\n      ")}
    }
    workgroupBarrier();
  }
  let part = i32(group.z) * sizes.rows * sizes.columns;
  ${[0, 1, 2, 3].map((j) => `write(part, firstRow + localY * 4 + ${j}, firstColumn + localX * 4, sum${j});`).join("\n  ")}
}
fn write(part: i32, row: i32, firstColumn: i32, sum: vec4<f32>) {
  if (row >= sizes.rows) { return; }
  for (var step = 0; step < 4; step++) {
    let column = firstColumn + step;
    if (column < sizes.columns) { result[part + row * sizes.columns + column] = sum[step]; }
  }
}`,
};
