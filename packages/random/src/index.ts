export { bits, integers, normal, permutation, uniform } from "./draws.ts";
export { foldIn, type Keys, key, keyFor, split } from "./key.ts";
export { drawRows, numRows } from "./rows.ts";
export { normalTensor, uniformTensor } from "./tensors.ts";
export { threefry2x32 } from "./threefry.ts";
