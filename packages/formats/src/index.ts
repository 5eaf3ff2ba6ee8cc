export type { Format, WriteOptions } from "./format.ts";
export { formats } from "./formats.ts";
export { openData } from "./open-data.ts";
export type { OpenDataOptions } from "./open-data-options.ts";
export type { Place } from "./place.ts";
export { writeWell } from "./write-well.ts";
