/** An array of single precision floats, as trainings write them. */
export interface Float32Stored {
  readonly dtype: "F32";
  readonly shape: readonly number[];
  /** Row-major, one number per element. */
  readonly data: Float32Array;
}

/** An array whose numbers are rounded to half precision where they are written. */
export interface HalfStored {
  readonly dtype: "F16";
  readonly shape: readonly number[];
  /** Row-major, one number per element, up to 65,504. */
  readonly data: Float32Array;
}

/** An array as a safetensors file holds it; the two half precisions are widened, which is exact. */
export type StoredArray =
  | Float32Stored
  | {
      readonly dtype: "F16" | "BF16";
      readonly shape: readonly number[];
      readonly data: Float32Array;
    }
  | { readonly dtype: "F64"; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly dtype: "I64"; readonly shape: readonly number[]; readonly data: BigInt64Array }
  | { readonly dtype: "I32"; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: "U8"; readonly shape: readonly number[]; readonly data: Uint8Array };

/** The content of a safetensors file. */
export interface Safetensors {
  /** In the order of the header. */
  readonly arrays: Readonly<Record<string, StoredArray>>;
  /** `__metadata__`, empty where there is none. */
  readonly metadata: Readonly<Record<string, string>>;
}
