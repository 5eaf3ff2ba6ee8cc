export type { Format, WriteOptions } from "./format.ts";
export { formats } from "./formats.ts";
export type { NumberArray } from "./number-array.ts";
export { openArray } from "./open-array.ts";
export { openData } from "./open-data.ts";
export type { OpenDataOptions } from "./open-data-options.ts";
export type { Place } from "./place.ts";
export { writeWell } from "./write-well.ts";
