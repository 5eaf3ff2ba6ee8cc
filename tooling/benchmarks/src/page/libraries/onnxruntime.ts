import { env, InferenceSession, Tensor } from "onnxruntime-web";
import { inputsOf, type Library } from "../work.ts";

/** onnxruntime-web, told the numbers of points beforehand. */
export async function startOnnxruntime(
  provider: "wasm" | "webgpu",
  threads: number,
): Promise<Library> {
  env.wasm.numThreads = threads;
  return {
    about: `onnxruntime-web ${env.versions.web}, ${provider}, ${threads} thread${threads === 1 ? "" : "s"}`,
    async prepare(work) {
      const { description, shape, batch } = work;
      const { x, y, t } = inputsOf(work);
      const axes = ["y", "x"].map((axis, i) => [axis, shape[i] as number] as const);
      const session = await InferenceSession.create(work.onnx, {
        executionProviders: [provider],
        freeDimensionOverrides: { batch, ...Object.fromEntries(axes) },
      });
      const place = [batch, ...shape];
      return async () => {
        const { velocity } = await session.run({
          x: new Tensor("float32", x, [...place, description.stateChannels]),
          y: new Tensor("float32", y, [...place, description.conditionChannels]),
          t: new Tensor("float32", t, [batch]),
        });
        return (await velocity?.getData()) as Float32Array;
      };
    },
  };
}
