import { createHash } from "node:crypto";

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The SHA-256 of a Zarr node as `JSON.stringify` writes it, without the hash itself. */
const sealOf = (node: Json, { sha256: _, ...attributes }: Json): string =>
  createHash("sha256")
    .update(JSON.stringify({ ...node, attributes }))
    .digest("hex");

/**
 * The metadata of a Zarr node with the attribute `sha256`, the hash of all the rest: other readers see one attribute more,
 * and ours notice a changed bit.
 */
export function sealedNode(node: Json): Json {
  const plain = JSON.parse(JSON.stringify(node)) as Json;
  const attributes = isRecord(plain["attributes"]) ? plain["attributes"] : {};
  return { ...plain, attributes: { ...attributes, sha256: sealOf(plain, attributes) } };
}

/** Whether the hash in a node's attributes is that of its content; null where it holds none, as of older releases. */
export function fitsItsSeal(node: unknown): boolean | null {
  if (!isRecord(node) || !isRecord(node["attributes"])) return null;
  const { attributes } = node;
  return attributes["sha256"] === undefined
    ? null
    : attributes["sha256"] === sealOf(node, attributes);
}

/** The bytes of a Zarr node's metadata, sealed. */
export const sealedBytes = (bytes: Uint8Array): Uint8Array =>
  new TextEncoder().encode(
    JSON.stringify(sealedNode(JSON.parse(new TextDecoder().decode(bytes))), null, 2),
  );
