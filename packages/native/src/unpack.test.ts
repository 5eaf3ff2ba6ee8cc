import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cpu, cuda, tensorflow } from "./pins.ts";
import { runtimeMembers, tensorflowMembers, unpack } from "./unpack.ts";
import { recordPath } from "./wheel.ts";
import { zip } from "./zip.test.helpers.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "unpack-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A wheel of the given name whose members hold their own paths. */
async function writeWheel(file: string, paths: readonly string[]): Promise<string> {
  const members = Object.fromEntries(paths.map((path) => [path, Buffer.from(path)]));
  const lines = Object.entries(members).map(([path, content]) => {
    const digest = createHash("sha256").update(content).digest("base64url");
    return `${path},sha256=${digest},${content.length}\n`;
  });
  const archive = join(folder, file);
  await writeFile(archive, zip({ ...members, [recordPath(file)]: Buffer.from(lines.join("")) }));
  return archive;
}

const places = () => {
  const partial = join(folder, "partial");
  return { partial, scratch: join(partial, "scratch"), signal: undefined };
};

test("TensorFlow for cards lies where it looks for NVIDIA's libraries: ../nvidia/<library>/lib", async () => {
  const { partial, scratch } = places();
  const pinned = cuda.wheels[0];
  const archive = await writeWheel(pinned.file, [
    ...tensorflow.libraries.map((name) => `tensorflow/${name}`),
    ...tensorflow.headers.map((name) => `tensorflow/include/${name}`),
    "tensorflow/python/x.so",
  ]);
  const members = tensorflowMembers(cuda.folder, join(scratch, "include"), partial);
  const digests = await unpack(archive, pinned, members, places());
  const file = "nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl";
  const nvidia = await writeWheel(file, [
    "nvidia/cublas/lib/libcublas.so.12",
    "nvidia/cublas/include/cublas.h",
    "nvidia/cuda_nvcc/bin/ptxas",
  ]);
  Object.assign(
    digests,
    await unpack(nvidia, { file }, await runtimeMembers(nvidia, partial), places()),
  );
  expect(Object.keys(digests).sort()).toEqual([
    "nvidia/cublas/lib/libcublas.so.12",
    "nvidia/cuda_nvcc/bin/ptxas",
    ...tensorflow.libraries.map((name) => `tensorflow/${name}`),
  ]);
  const library = join(partial, "tensorflow", "../nvidia/cublas/lib/libcublas.so.12");
  expect(await readFile(library, "utf8")).toBe("nvidia/cublas/lib/libcublas.so.12");
  expect((await stat(join(partial, "nvidia/cuda_nvcc/bin/ptxas"))).mode & 0o111).toBe(0o111);
  expect(await readdir(join(partial, "nvidia/cublas"))).toEqual(["lib"]);
});

test("TensorFlow for the processor lies in the folder itself", () => {
  const members = tensorflowMembers(cpu.folder, "/include", "/install");
  expect(members.get("tensorflow/libtensorflow_cc.so.2")).toBe("/install/libtensorflow_cc.so.2");
});

test("every wheel is pinned once, by a version, a size and a checksum", () => {
  const wheels = [...cpu.wheels, ...cuda.wheels];
  expect(cuda.wheels).toHaveLength(13);
  expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(wheels.length);
  for (const { requirement, file, sha256 } of wheels) {
    const [name, version] = requirement.split("==");
    expect(file.startsWith(`${name?.replaceAll("-", "_")}-${version}-`)).toBe(true);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/u);
  }
});
