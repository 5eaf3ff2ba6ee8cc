import { create, toBinary } from "@bufbuild/protobuf";
import { halfBits, type StoredArray } from "@eddyflow/checkpointing";
import { CheckpointError } from "@eddyflow/core";
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProto_DataType,
  TensorProtoSchema,
  type TensorShapeProto_Dimension,
  TensorShapeProto_DimensionSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "./onnx-proto.generated.ts";

/** The version of ONNX's operators: the first whose `Pad` wraps around. */
const opset = 19;
/** The version of the file format that belongs to it. */
const irVersion = 9;

/** A value of the graph, by its name. */
export type Value = string;

/** Axes of an input or output: names where their lengths are known when the model is run. */
export type Axes = readonly (string | number)[];

type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** A graph of ONNX operators that grows. */
export interface Graph {
  input(name: string, axes: Axes): Value;
  output(name: string, axes: Axes, value: Value): void;
  /** A weight of the model under its own name; one stored in half precision is widened where it is used. */
  weight(name: string, array: StoredArray): Value;
  /** Constant numbers, float32. */
  floats(values: readonly number[], shape: readonly number[]): Value;
  /** Constant whole numbers, int64, as shapes and axes are. */
  integers(values: readonly number[]): Value;
  /** What an operator makes of values; "" is an input that is left out. */
  node(operator: string, inputs: readonly Value[], attributes?: Attributes): Value;
  /** The ONNX file, with metadata that a session gives back. */
  encode(metadata: Readonly<Record<string, string>>): Uint8Array;
}

/** An empty graph. */
export function createGraph(name: string): Graph {
  const nodes: NodeProto[] = [];
  const initializers = new Map<string, TensorProto>();
  const inputs: ValueInfoProto[] = [];
  const outputs: ValueInfoProto[] = [];

  const node = (opType: string, input: readonly Value[], attributes: Attributes = {}): Value => {
    const output = `${opType}_${nodes.length}`;
    const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
    nodes.push(
      create(NodeProtoSchema, {
        name: output,
        opType,
        input: [...input],
        output: [output],
        attribute,
      }),
    );
    return output;
  };
  const constant = (
    named: string,
    dataType: TensorProto["dataType"],
    shape: readonly number[],
    numbers: ArrayBufferView,
  ): Value => {
    if (!initializers.has(named)) {
      const { buffer, byteOffset, byteLength } = numbers;
      const rawData = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
      const dims = shape.map(BigInt);
      initializers.set(named, create(TensorProtoSchema, { name: named, dataType, dims, rawData }));
    }
    return named;
  };

  return {
    input(named, axes) {
      inputs.push(portOf(named, axes));
      return named;
    },
    output(named, axes, value) {
      outputs.push(portOf(named, axes));
      nodes.push(
        create(NodeProtoSchema, {
          name: named,
          opType: "Identity",
          input: [value],
          output: [named],
        }),
      );
    },
    weight(named, { dtype, shape, data }) {
      if (dtype === "F32") return constant(named, TensorProto_DataType.FLOAT, shape, data);
      if (dtype === "F16") {
        const widened = `${named}.float`;
        if (initializers.has(named)) return widened;
        const bits = Uint16Array.from(data, halfBits);
        const half = constant(named, TensorProto_DataType.FLOAT16, shape, bits);
        const attribute = [attributeOf("to", TensorProto_DataType.FLOAT)];
        nodes.push(
          create(NodeProtoSchema, {
            name: widened,
            opType: "Cast",
            input: [half],
            output: [widened],
            attribute,
          }),
        );
        return widened;
      }
      throw new CheckpointError({
        problem: `the weight "${named}" is of type ${dtype}`,
        expected: "F32 or F16",
        remedy: "give a checkpoint of this release",
      });
    },
    floats: (values, shape) =>
      constant(
        `floats_${shape.join("x")}_${values.join("_")}`,
        TensorProto_DataType.FLOAT,
        shape,
        Float32Array.from(values),
      ),
    integers: (values) =>
      constant(
        `integers_${values.join("_")}`,
        TensorProto_DataType.INT64,
        [values.length],
        BigInt64Array.from(values, BigInt),
      ),
    node,
    encode: (metadata) =>
      toBinary(
        ModelProtoSchema,
        create(ModelProtoSchema, {
          irVersion: BigInt(irVersion),
          opsetImport: [{ domain: "", version: BigInt(opset) }],
          producerName: "eddyflow",
          graph: {
            name,
            node: nodes,
            initializer: [...initializers.values()],
            input: inputs,
            output: outputs,
          },
          metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
        }),
      ),
  };
}

const { INT, INTS, STRING } = AttributeProto_AttributeType;

function attributeOf(name: string, value: Attributes[string]): AttributeProto {
  if (typeof value === "number") {
    return create(AttributeProtoSchema, { name, type: INT, i: BigInt(value) });
  }
  if (typeof value === "string") {
    return create(AttributeProtoSchema, { name, type: STRING, s: new TextEncoder().encode(value) });
  }
  return create(AttributeProtoSchema, { name, type: INTS, ints: value.map(BigInt) });
}

const portOf = (name: string, axes: Axes): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: "tensorType",
        value: create(TypeProto_TensorSchema, {
          elemType: TensorProto_DataType.FLOAT,
          shape: { dim: axes.map(dimensionOf) },
        }),
      },
    }),
  });

const dimensionOf = (axis: Axes[number]): TensorShapeProto_Dimension =>
  create(TensorShapeProto_DimensionSchema, {
    value:
      typeof axis === "number"
        ? { case: "dimValue", value: BigInt(axis) }
        : { case: "dimParam", value: axis },
  });
