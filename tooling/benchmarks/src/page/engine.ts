// A library as a child process of the page's benchmark: in this process, or in a page of a browser that it opens.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import type { Prepared } from "../engine/prepared.ts";
import { difference } from "../engine/reference-file.ts";
import { serveRequests } from "../serve-requests.ts";
import { openPage } from "./open-page.ts";
import type { LibraryName } from "./plan.ts";
import type { PageWork, StartLibrary } from "./work.ts";

const [library, place, count] = process.argv.slice(2) as [LibraryName, "page" | "node", string];
const threads = Number(count);

/** The first writes its output, the others compare theirs. */
function agree(file: string, output: Float32Array): number | null {
  if (existsSync(file)) {
    const { buffer, byteOffset, length } = readFileSync(file);
    return difference(output, new Float32Array(buffer.slice(byteOffset, byteOffset + length)));
  }
  writeFileSync(file, output);
  return null;
}

async function servePage(): Promise<void> {
  const page = await openPage(library, threads);
  try {
    let works = 0;
    await serveRequests<PageWork>(
      await page.ask.start(threads),
      async ({ folder, ...work }, file): Promise<Prepared> => {
        page.offer(folder);
        const output = await page.ask.prepare(work);
        const index = works++;
        return {
          difference: agree(file, Float32Array.from(output)),
          run: async () => {
            await page.ask.time(index, 1);
          },
          time: (repeats) => page.ask.time(index, repeats),
        };
      },
    );
  } finally {
    await page.close();
  }
}

async function serveNode(): Promise<void> {
  // Backends take as many threads as there are processors.
  os.availableParallelism = () => threads;
  syncBuiltinESMExports();
  const { start } = (await import(`./libraries/${library}.ts`)) as { start: StartLibrary };
  const { about, prepare } = await start(threads);
  await serveRequests<PageWork>(about, async ({ folder, ...work }, file): Promise<Prepared> => {
    const read = (name: string): Uint8Array => readFileSync(join(folder, name));
    const [weights, onnx] = [read("weights.safetensors"), read("student.onnx")];
    const run = await prepare({ ...work, weights, onnx });
    return {
      difference: agree(file, await run()),
      run: async () => {
        await run();
      },
    };
  });
}

try {
  await (place === "page" ? servePage() : serveNode());
  // Threads that wait for work would keep the process.
  process.exit();
} catch (error) {
  // The last line of a stack would name the version of Node.
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
