import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const folder = fileURLToPath(new URL("..", import.meta.url));

/** What a build of the kernels may differ in. */
interface Variant {
  /** Whether the memory that it works in is shared between threads. */
  readonly shared: boolean;
  /** Whether it multiplies and adds in one instruction, with one rounding. */
  readonly fused: boolean;
}

async function compileVariant({ shared, fused }: Variant): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const options = ["assembly/index.ts", "--baseDir", folder, "--outFile", "kernels.wasm"];
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
  return binary;
}

/** The text of the module that carries the compiled kernels. */
export async function compileKernels(): Promise<string> {
  const variants = {
    sharedFused: { shared: true, fused: true },
    shared: { shared: true, fused: false },
    fused: { shared: false, fused: true },
    plain: { shared: false, fused: false },
  };
  const lines: string[] = [];
  for (const [name, variant] of Object.entries(variants)) {
    const text = Buffer.from(await compileVariant(variant)).toString("base64");
    lines.push(`  ${name}:\n    "${text}",`);
  }
  return `// Generated from tooling/webassembly/assembly by \`pnpm --filter webassembly build\`; not edited by hand.

/**
 * Our kernels as WebAssembly, in base64, for memory that is shared or not, with fused multiply-add or
 * without.
 */
export const kernelBytes = {
${lines.join("\n")}
} as const;
`;
}

/** Where the generated module lies. */
export const generatedModule: URL = new URL(
  "../../../packages/backend/src/wasm/kernel-bytes.generated.ts",
  import.meta.url,
);
