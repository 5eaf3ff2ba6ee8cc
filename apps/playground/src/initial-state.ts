import { ArgumentError } from "@eddyflow/core";

/** A square of values with an even number of points, or the first one of several. */
export async function initialState(bytes: ArrayBuffer, name: string): Promise<Float64Array> {
  const { parse } = await import("npyjs");
  const refuse = (problem: string, cause?: unknown) =>
    new ArgumentError({
      problem: `${name} ${problem}`,
      expected: "an array of numbers of n × n, such as 32 × 32",
      remedy: 'Write one with numpy.save("state.npy", state)',
      cause,
    });
  const { shape, data, fortranOrder } = (() => {
    try {
      return parse(bytes);
    } catch (cause) {
      throw refuse("is no NumPy array that can be read", cause);
    }
  })();
  const sides = shape.filter((n) => n > 1);
  const [n = 0, m] = sides;
  if (sides.length !== 2 || n !== m || n % 2 !== 0 || n > 512) {
    throw refuse(`has the shape ${shape.join(" × ")}`);
  }
  const values = Float64Array.from(data as unknown as ArrayLike<number>, Number);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw refuse(`holds ${values[wrong]} at index ${wrong}`);
  if (!fortranOrder) return values;
  return values.map((_, i) => values[(i % n) * n + Math.floor(i / n)] as number);
}
