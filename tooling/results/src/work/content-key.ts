import { createHash } from "node:crypto";

/** Objects with their keys in order, so that equal contents have equal texts. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** A short name of plain data: equal for equal contents, whatever the order of their keys. */
export const contentKey = (content: unknown): string =>
  createHash("sha256").update(JSON.stringify(content, inOrder)).digest("hex").slice(0, 10);
