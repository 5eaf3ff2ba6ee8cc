import { clone, dispose, engine, memory, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { createEager, type NodeBackend } from "./eager.ts";
import { createVariables } from "./variables.ts";

const onTensorflow = test.runIf(process.env["EDDYFLOW_BACKEND"] === "tensorflow");
const numbers = async (x: Tensor): Promise<number[]> => Array.from(await x.data());

onTensorflow("a variable is destroyed with the last tensor that shows its value", async () => {
  const before = memory().numTensors;
  const eager = createEager(engine().backend as unknown as NodeBackend);
  const executed: string[] = [];
  const variables = createVariables({
    ...eager,
    execute(op, attributes, inputs) {
      executed.push(op);
      eager.execute(op, attributes, inputs);
    },
  });

  const x = tensor1d([1, 2]);
  const variable = variables.take(x);
  x.dispose();
  const y = variables.give(variable, [2]);
  expect(await numbers(y)).toEqual([1, 2]);
  expect(variables.take(y)).toBe(variable);
  y.dispose();
  expect(executed).toEqual(["AssignVariableOp"]);

  const z = variables.give(variable, [2]);
  const copy = clone(z);
  z.dispose();
  expect(await numbers(copy)).toEqual([1, 2]);
  expect(executed).toEqual(["AssignVariableOp"]);
  dispose(copy);
  expect(executed).toEqual(["AssignVariableOp", "DestroyResourceOp"]);
  expect(memory().numTensors).toBe(before);
});
