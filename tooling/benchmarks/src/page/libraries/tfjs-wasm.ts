import { decodeSafetensors, loadInto } from "@eddyflow/checkpointing";
import type { Params } from "@eddyflow/core";
import { parameterShapes } from "@eddyflow/models";
import {
  getThreadsCount,
  setThreadsCount,
  setWasmPaths,
  version_wasm,
} from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { inputsOf, type StartLibrary } from "../work.ts";

/** Stock tfjs-backend-wasm: the network in tfjs's own operations, on its own threads. It starts none in Node. */
export const start: StartLibrary = async (threads) => {
  if ("document" in globalThis) setWasmPaths("/tfjs/");
  if (threads > 1) setThreadsCount(threads);
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", threads > 1);
  if (!(await tf.setBackend("wasm"))) throw new Error("tfjs-backend-wasm did not start");
  const used = threads > 1 ? getThreadsCount() : 1;
  return {
    about: `TensorFlow.js ${version_wasm}, stock wasm, ${used} thread${used === 1 ? "" : "s"}`,
    async prepare(work) {
      const { description, shape, batch } = work;
      const { x, y, t } = inputsOf(work);
      const { params } = loadInto(
        parameterShapes(description),
        decodeSafetensors(work.weights).arrays,
      );
      const place: [number, number, number] = [batch, shape[0] as number, shape[1] as number];
      return async () => {
        const output = tf.tidy(() => {
          const time = tf.broadcastTo(tf.reshape(tf.tensor1d(t), [batch, 1, 1, 1]), [...place, 1]);
          const input = tf.concat(
            [
              tf.tensor4d(x, [...place, description.stateChannels]),
              tf.tensor4d(y, [...place, description.conditionChannels]),
              time,
            ],
            3,
          );
          return uNet(params, description.features.length, input as tf.Tensor4D);
        });
        const values = (await output.data()) as Float32Array;
        output.dispose();
        return values;
      };
    },
  };
};

function uNet(params: Params, levels: number, input: tf.Tensor4D): tf.Tensor4D {
  const convolve = (x: tf.Tensor4D, name: string, activation: "linear" | "relu"): tf.Tensor4D =>
    tf.fused.conv2d({
      x,
      filter: params[`${name}.weight`] as tf.Tensor4D,
      bias: params[`${name}.bias`] as tf.Tensor1D,
      strides: 1,
      pad: "valid",
      activation,
    });
  const block = (name: string, x: tf.Tensor4D): tf.Tensor4D => {
    const hidden = convolve(wrapped(x), `${name}.conv1`, "relu");
    return tf.add(
      convolve(hidden, `${name}.conv2`, "linear"),
      convolve(x, `${name}.skip`, "linear"),
    );
  };
  const skips: tf.Tensor4D[] = [];
  let x = block("first", input);
  for (let k = 0; k + 1 < levels; k++) {
    skips.push(x);
    x = tf.maxPool(block(`encoder.${k}`, x), 2, 2, "valid");
  }
  x = block("bottleneck", x);
  for (const [k, skip] of skips.reverse().entries()) {
    const [, rows, columns] = x.shape;
    const doubled = tf.image.resizeNearestNeighbor(x, [2 * rows, 2 * columns]);
    const joined = tf.concat([block(`upsample.${k}`, doubled), skip], 3);
    x = tf.relu(block(`decoder.${k}`, joined));
  }
  return block("final", x);
}

/** A periodic field with two more points beyond each end. */
function wrapped(x: tf.Tensor4D): tf.Tensor4D {
  return [1, 2].reduce((field, axis) => {
    const n = field.shape[axis] as number;
    const part = (from: number): tf.Tensor4D => {
      const begin = [0, 0, 0, 0];
      const size = [-1, -1, -1, -1];
      begin[axis] = from;
      size[axis] = 2;
      return tf.slice(field, begin as [number, number, number, number], size as never);
    };
    return tf.concat([part(n - 2), field, part(0)], axis);
  }, x);
}
