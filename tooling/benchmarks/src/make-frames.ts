import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTrajectoryStore } from "@eddyflow/datasets";
import { keyFor, normal } from "@eddyflow/random";

const trajectories = 8;
const frames = 33;
const shape = [64, 64];
const channels = ["u", "v", "p", "s"];

/** The header of a .npy file of float32, version 1.0, padded so that the numbers begin at a multiple of 64. */
function npyHeader(dimensions: readonly number[]): Uint8Array {
  const about = `{'descr': '<f4', 'fortran_order': False, 'shape': (${dimensions.join(", ")}), }`;
  const length = Math.ceil((10 + about.length + 1) / 64) * 64;
  const bytes = new Uint8Array(length).fill(0x20);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0]);
  new DataView(bytes.buffer).setUint16(8, length - 10, true);
  bytes.set(new TextEncoder().encode(about), 10);
  bytes[length - 1] = 0x0a;
  return bytes;
}

/**
 * Writes random fields as the trajectory store `store.zarr` and, in one array
 * `[trajectory, time, y, x, channel]`, as `frames.npy`.
 */
export async function makeFrames(folder: string): Promise<void> {
  const writer = await createTrajectoryStore(join(folder, "store.zarr"), {
    experiment: "benchmark",
    split: "train",
    channels,
    grid: { shape, extent: [1, 1], boundary: ["periodic", "periodic"] },
    frameInterval: 1,
    frames,
    trajectories,
    recipe: { system: "noise" },
    seed: 0,
    observation: { pointStride: 1 },
  });
  const size = shape.reduce((product, n) => product * n, frames * channels.length);
  const parts: Uint8Array[] = [npyHeader([trajectories, frames, ...shape, channels.length])];
  for (let index = 0; index < trajectories; index++) {
    const values = normal(keyFor(0, "frames", index), size);
    await writer.write(index, values);
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  writeFileSync(join(folder, "frames.npy"), Buffer.concat(parts));
}
