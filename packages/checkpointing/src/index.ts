export { decodeSafetensors } from "./decode-safetensors.ts";
export { encodeSafetensors } from "./encode-safetensors.ts";
export { halfBits } from "./half-bits.ts";
export {
  type ExpectedShapes,
  type Loaded,
  type LoadOptions,
  loadInto,
} from "./load-into.ts";
export { fileOfSet, loadParams, loadState } from "./load-params.ts";
export type { DataFacts, Manifest, SplitFacts } from "./manifest.ts";
export { paramsToArrays } from "./params-to-arrays.ts";
export { readManifest, type Source, verifiedSource } from "./source.ts";
export type { Float32Stored, HalfStored, Safetensors, StoredArray } from "./stored-array.ts";
export { type Download, type UrlSourceOptions, urlSource } from "./url-source.ts";
