import type { DataId, Tensor } from "@tensorflow/tfjs-core";
import type { Eager, Handle } from "./eager.ts";

/**
 * Variables of TensorFlow behind tensors of tfjs: a tensor that Adam has once updated stays the value of a variable, so
 * that the next step can work in place. Reading a variable copies nothing; TensorFlow itself copies a value
 * before it changes one that somebody else still holds, and one whose memory belongs to JavaScript.
 */
export interface Variables {
  /** The variable behind a tensor, or a new one of its value. The tensor gives it up. */
  take(tensor: Tensor): Handle;
  /** The value of a variable as a tensor, which owns the variable until it is disposed or taken. */
  give(variable: Handle, shape: number[]): Tensor;
}

/** Starts without variables; changes how `eager.backend` disposes data. */
export function createVariables(eager: Eager): Variables {
  const { attribute, backend } = eager;
  const { binding } = backend;
  const owned = new Map<DataId, Handle>();
  const dtype = [attribute.type("dtype", binding.TF_FLOAT)];
  const destroying = [attribute.bool("ignore_lookup_error", true)];
  let numMade = 0;

  const disposeData = backend.disposeData.bind(backend);
  backend.disposeData = (dataId, force) => {
    const gone = disposeData(dataId, force);
    const variable = gone ? owned.get(dataId) : undefined;
    if (variable !== undefined) {
      owned.delete(dataId);
      eager.execute("DestroyResourceOp", destroying, [variable]);
      binding.deleteTensor(variable.id);
    }
    return gone;
  };

  return {
    take(tensor) {
      const known = owned.get(tensor.dataId);
      if (known !== undefined) {
        owned.delete(tensor.dataId);
        return known;
      }
      numMade += 1;
      const [variable] = binding.executeOp(
        "VarHandleOp",
        [
          ...dtype,
          attribute.string("container", ""),
          attribute.string("shared_name", `eddyflow-${process.pid}-${numMade}`),
          attribute.shape("shape", tensor.shape),
        ],
        [],
        1,
      ) as [Handle];
      eager.execute("AssignVariableOp", dtype, [variable, eager.handle(tensor)]);
      return variable;
    },
    give(variable, shape) {
      const [value] = binding.executeOp("ReadVariableOp", dtype, [variable.id], 1) as [Handle];
      const tensor = backend.createOutputTensor({ ...value, shape });
      owned.set(tensor.dataId, variable);
      return tensor;
    },
  };
}
