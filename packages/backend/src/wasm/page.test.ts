import type { Browser } from "playwright-core";
import { noBrowser, openBrowser } from "testing/open-browser";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { askPage } from "../ask-page.test.helpers.ts";
import { bundlers } from "../bundle-page.test.helpers.ts";

/** A convolution that is shared out among threads, beside the sum that defines it, before and after the memory has grown. */
const source = `
import { useBackend } from "@eddyflow/backend";
import { convolution } from "@eddyflow/ops";
import { engine, matMul, ones, tensor } from "@tensorflow/tfjs-core";
const [n, inputs, outputs] = [34, 8, 8];
const wave = (size) => Float32Array.from({ length: size }, (_, i) => Math.sin(i));
const [field, weight, bias] = [wave(n * n * inputs), wave(9 * inputs * outputs), wave(outputs)];
async function error() {
  const y = convolution(tensor(field, [1, n, n, inputs]), tensor(weight, [3, 3, inputs, outputs]), tensor(bias));
  const found = await y.data();
  let largest = 0;
  for (let row = 0; row < n - 2; row++) for (let column = 0; column < n - 2; column++) for (let o = 0; o < outputs; o++) {
    let sum = bias[o];
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) for (let c = 0; c < inputs; c++) {
      sum += field[((row + i) * n + column + j) * inputs + c] * weight[((i * 3 + j) * inputs + c) * outputs + o];
    }
    largest = Math.max(largest, Math.abs(sum - found[(row * (n - 2) + column) * outputs + o]));
  }
  return largest;
}
let answer;
try {
  const { name, threads, refused } = await useBackend(WANTED);
  const before = await error();
  const size = engine().backend.wasm.HEAPU8.length;
  const large = ones([8, 1024, 1024]);
  const stock = (await matMul(ones([1, 4]), ones([4, 1])).data())[0];
  answer = { name, threads, refused, before, stock, after: await error(), grew: engine().backend.wasm.HEAPU8.length > size };
  large.dispose();
} catch (error) {
  answer = { error: error.message };
}
await fetch("/answer", { method: "POST", body: JSON.stringify(answer) });
`;

describe.runIf(process.env["EDDYFLOW_BACKEND"] === "wasm")("a page", () => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (noBrowser === null) browser = await openBrowser();
  }, 60_000);
  beforeEach(({ skip }) => skip(noBrowser !== null, noBrowser ?? ""));
  afterAll(() => browser?.close(), 60_000);

  const bundle = (name: string, wanted = "wasm") =>
    bundlers[name]?.(source.replace("WANTED", `"${wanted}"`)) ?? {};
  const right = { name: "wasm", stock: 4, grew: true };

  test.each(Object.keys(bundlers))(
    "of %s, minified, convolves right on threads where it is cross-origin isolated, else on one",
    { tags: ["slow"] },
    async (name) => {
      const files = await bundle(name);
      for (const options of [{ isolated: true }, { isolated: true, inWorker: true }, {}]) {
        const answer = await askPage(browser as Browser, files, options);
        expect(answer).toMatchObject(right);
        expect(answer["threads"]).toSatisfy((n: number) => (options.isolated ? n > 1 : n === 1));
        expect(answer["before"]).toBeLessThan(1e-4);
        expect(answer["after"]).toBeLessThan(1e-4);
      }
    },
  );

  test("takes WebAssembly by auto where WebGPU would run on the processor, and says why it has one thread", async () => {
    const { name, threads, refused } = await askPage(
      browser as Browser,
      await bundle("esbuild", "auto"),
    );
    expect({ name, threads }).toEqual({ name: "wasm", threads: 1 });
    expect(JSON.stringify(refused)).toMatch(
      /WebGPU.*runs on one thread: the page is not cross-origin isolated.*Cross-Origin-Opener-Policy/u,
    );
  });

  test("whose policy allows no workers from blobs has one thread; one that allows no WebAssembly says what to add", async () => {
    const files = await bundle("esbuild");
    const policy = "default-src 'self'; script-src 'self' 'unsafe-inline'";
    const allowed = { isolated: true, policy: `${policy} 'wasm-unsafe-eval'` };
    const { threads, refused, before } = await askPage(browser as Browser, files, allowed);
    expect(threads).toBe(1);
    expect(before).toBeLessThan(1e-4);
    expect(JSON.stringify(refused)).toContain("allow blob: in worker-src");
    const { error } = await askPage(browser as Browser, files, { policy });
    expect(error).toContain("'wasm-unsafe-eval'");
  });
});
