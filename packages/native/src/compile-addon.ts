import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BackendError } from "@eddyflow/core";
import { consumedInputs } from "./consumed-inputs.ts";
import { insertAll, listAttributes } from "./list-attributes.ts";
import { addonFile, binding, tensorflow } from "./pins.ts";
import { lastLine, runTool } from "./run-tool.ts";

const require = createRequire(import.meta.url);

const compilerFlags = [
  "-std=c++17",
  "-O3",
  "-fno-math-errno",
  "-pthread",
  "-fPIC",
  "-shared",
  "-fvisibility=hidden",
  // The machine that runs it may have an older libstdc++ than TensorFlow's libraries were built for.
  "-static-libstdc++",
  "-static-libgcc",
  "-DNAPI_VERSION=8",
];

/** Node's own functions are found in its process, TensorFlow's in the libraries beside the addon. */
const linkerFlags = [
  "-s",
  "-Wl,--no-as-needed",
  ...tensorflow.libraries.map((library) => `-l:${library}`),
  "-Wl,-rpath,$ORIGIN",
  "-Wl,--unresolved-symbols=ignore-all",
];

/** Folder of the operations that we add to TensorFlow. */
const kernelsFolder = join(
  dirname(require.resolve("@eddyflow/backend/package.json")),
  "src/tensorflow/kernels",
);

const insertions = [...listAttributes, ...consumedInputs];

/** Names how the addon is made: changes with our insertions, the sources and the flags. */
export function addonRecipe(): string {
  const kernels = readdirSync(kernelsFolder)
    .sort()
    .map((name) => [name, readFileSync(join(kernelsFolder, name), "utf8")]);
  const ingredients = [binding, insertions, kernels, compilerFlags, linkerFlags];
  return createHash("sha256").update(JSON.stringify(ingredients)).digest("hex");
}

/** First line of `g++ --version`. @throws BackendError where it does not run. */
export async function findCompiler(signal?: AbortSignal): Promise<string> {
  const { code, stdout } = await runTool(["g++", "--version"], { signal });
  if (code === 0) return stdout.split("\n")[0]?.trim() ?? "g++";
  throw new BackendError({
    problem: "g++ is missing; it compiles the addon between Node and TensorFlow",
    expected: "g++ 8 or later",
    remedy: "install it (Debian, Ubuntu: apt-get install g++; Fedora: dnf install gcc-c++)",
  });
}

/**
 * The binding's sources, our insertions made, by file name, and the folder with their headers.
 * @throws BackendError where @tensorflow/tfjs-node is absent or not the pinned one.
 */
export async function readBindingSources(): Promise<{
  readonly headers: string;
  readonly sources: Readonly<Record<string, string>>;
}> {
  const headers = findBinding();
  const sources: Record<string, string> = {};
  for (const [name, sha256] of Object.entries(binding.sources)) {
    const source = await readFile(join(headers, name), "utf8").catch(() => "");
    if (createHash("sha256").update(source).digest("hex") !== sha256) {
      throw new BackendError({
        problem: `${join(headers, name)} is not that of @tensorflow/tfjs-node ${binding.version}`,
        expected: `sha256 ${sha256}`,
        remedy: "install the packages again",
      });
    }
    sources[name] = name === "tfjs_backend.cc" ? insertAll(source, insertions) : source;
  }
  return { headers, sources };
}

/**
 * Compiles the addon into `folder`, in the scratch folder `scratch`, with TensorFlow's headers from `include`. It is linked
 * against empty libraries of the right names, which is all that the linker needs and takes no gigabyte of its memory.
 * @throws BackendError where the compiler fails.
 */
export async function compileAddon(
  folder: string,
  scratch: string,
  include: string,
  signal?: AbortSignal,
): Promise<void> {
  const { headers, sources } = await readBindingSources();
  await mkdir(scratch, { recursive: true });
  for (const library of tensorflow.libraries) {
    const stub = join(scratch, "stub.cc");
    await writeFile(stub, "");
    await compile(
      ["-shared", "-fPIC", stub, "-o", join(scratch, library), `-Wl,-soname,${library}`],
      signal,
    );
  }
  const napiHeaders = join(dirname(require.resolve("node-api-headers/package.json")), "include");
  const kernels = readdirSync(kernelsFolder).filter((name) => name.endsWith(".cc"));
  const paths = [
    ...Object.keys(sources).map((name) => join(scratch, name)),
    ...kernels.map((name) => join(kernelsFolder, name)),
  ];
  for (const [name, source] of Object.entries(sources)) {
    await writeFile(join(scratch, name), source);
  }
  await compile(
    [
      ...compilerFlags,
      ...[headers, napiHeaders, include].map((path) => `-I${path}`),
      // The addon that is packed names no folder of the machine that compiled it.
      ...[scratch, headers, napiHeaders, include, kernelsFolder].map(
        (path) => `-ffile-prefix-map=${path}=.`,
      ),
      ...paths,
      "-o",
      join(folder, addonFile),
      `-L${scratch}`,
      ...linkerFlags,
    ],
    signal,
  );
}

async function compile(args: readonly string[], signal?: AbortSignal): Promise<void> {
  const { code, stderr, cause } = await runTool(["g++", ...args], { signal });
  if (code === 0) return;
  const firstError = stderr.split("\n").find((line) => /error/i.test(line)) ?? lastLine(stderr);
  throw new BackendError({
    problem: `g++ could not compile the addon (${cause ?? firstError.trim()})`,
    expected: "a working C++17 compiler",
    remedy: "install g++ 8 or later",
  });
}

/** The folder that is packed with this package; in the checkout, that of the npm package it is copied from. */
function findBinding(): string {
  const packed = join(import.meta.dirname, "../binding");
  if (!import.meta.filename.endsWith(".ts") && existsSync(packed)) return packed;
  try {
    return join(dirname(require.resolve("@tensorflow/tfjs-node/package.json")), "binding");
  } catch (cause) {
    throw new BackendError({
      problem: "the sources of the addon are missing",
      expected: `those of @tensorflow/tfjs-node ${binding.version}`,
      remedy: "install the packages again",
      cause,
    });
  }
}
