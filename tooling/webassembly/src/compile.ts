import { fileURLToPath } from "node:url";
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

/** All generated modules. */
export const generatedModules: readonly GeneratedModule[] = [backendKernels, fourierKernels];
