import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { main } from "assemblyscript/asc";

const packages = fileURLToPath(new URL("../../../packages", import.meta.url));

/** What a build of the kernels may differ in. */
interface Variant {
  /** Whether the memory that it works in is shared between threads. */
  readonly shared: boolean;
  /** Whether it multiplies and adds in one instruction, with one rounding. */
  readonly fused: boolean;
}

async function compileVariant(source: string, { shared, fused }: Variant): Promise<string> {
  let binary: Uint8Array | undefined;
  const options = [source, "--baseDir", packages, "--outFile", "kernels.wasm"];
  options.push("-O3", "--noAssert", "--runtime", "stub", "--importMemory", "--enable", "simd");
  options.push("--initialMemory", "1", "--maximumMemory", "65536");
  if (shared) options.push("--sharedMemory", "--enable", "threads");
  if (fused) options.push("--enable", "relaxed-simd");
  const { error, stderr } = await main(options, {
    writeFile: (_, contents) => {
      binary = contents as Uint8Array;
    },
  });
  if (error !== null || binary === undefined || stderr.toString() !== "") {
    throw new Error(`the kernels do not compile:\n${stderr.toString()}`);
  }
  return Buffer.from(binary).toString("base64");
}

/** A module that carries compiled kernels: where it lies, and the text it should have. */
export interface GeneratedModule {
  readonly file: URL;
  text(): Promise<string>;
}

const head =
  "// Generated from assembly/ by `pnpm --filter webassembly build`; not edited by hand.";

const backendKernels: GeneratedModule = {
  file: new URL("../../../packages/backend/src/wasm/kernel-bytes.generated.ts", import.meta.url),
  async text() {
    const variants = {
      sharedFused: { shared: true, fused: true },
      shared: { shared: true, fused: false },
      fused: { shared: false, fused: true },
      plain: { shared: false, fused: false },
    };
    const lines: string[] = [];
    for (const [name, variant] of Object.entries(variants)) {
      lines.push(
        `  ${name}:\n    "${await compileVariant("backend/src/wasm/assembly/index.ts", variant)}",`,
      );
    }
    return `${head}

/**
 * Our kernels as WebAssembly, in base64, for memory that is shared or not, with fused multiply-add or
 * without.
 */
export const kernelBytes = {
${lines.join("\n")}
} as const;
`;
  },
};

const fourierKernels: GeneratedModule = {
  file: new URL("../../../packages/spectral/src/fourier-bytes.generated.ts", import.meta.url),
  // Not fused, so that every machine gets the same bits.
  text: async () => `${head}

/** The passes of the complex Fourier transform as WebAssembly, in base64. */
export const fourierBytes =
  "${await compileVariant("spectral/src/assembly/fourier.ts", { shared: false, fused: false })}";
`,
};

const engineFile = new URL(
  "../../../packages/backend/src/wasm/engine-bytes.generated.ts",
  import.meta.url,
);

/** The code in an earlier text of the engine's module; empty where there is none. */
function engineIn(text: string): Buffer {
  const packed = text.match(/engineBytes =\n {2}"(.*)";/u)?.[1];
  return packed === undefined ? Buffer.alloc(0) : gunzipSync(Buffer.from(packed, "base64"));
}

/** Where the flags of the only memory of a WebAssembly module lie. */
function memoryFlagsOf(code: Buffer): number {
  const memorySection = 5;
  let at = 8;
  while (at < code.length) {
    const section = code[at++];
    let size = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = code[at++] as number;
      size |= (byte & 127) << shift;
      more = byte > 127;
    }
    // One memory, with a maximum.
    if (section === memorySection && code[at] === 1 && code[at + 1] === 1) return at + 1;
    at += size;
  }
  throw new Error("tfjs-backend-wasm has no memory with a maximum that could be shared");
}

const engine: GeneratedModule = {
  file: engineFile,
  async text() {
    const { resolve } = createRequire(new URL("../../../packages/backend/", import.meta.url));
    const code = readFileSync(
      resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm"),
    );
    const earlier = existsSync(engineFile) ? readFileSync(engineFile, "utf8") : "";
    // Releases of zlib pack differently.
    if (engineIn(earlier).equals(code)) return earlier;
    return `// Generated from tfjs-backend-wasm by \`pnpm --filter webassembly build\`; not edited by hand.

/** Where in the code of tfjs-backend-wasm the flags of its memory lie. */
export const memoryFlags = ${memoryFlagsOf(code)};

/** The code of tfjs-backend-wasm with SIMD, on one thread: gzip, in base64. */
export const engineBytes =
  "${gzipSync(code, { level: 9 }).toString("base64")}";
`;
  },
};

/** All generated modules. */
export const generatedModules: readonly GeneratedModule[] = [
  backendKernels,
  fourierKernels,
  engine,
];
