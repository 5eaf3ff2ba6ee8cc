type Json = Readonly<Record<string, unknown>>;

/**
 * The SHA-256 of bytes in hexadecimal; null where there is no Web Crypto (web pages without
 * https).
 */
export async function sha256(bytes: Uint8Array): Promise<string | null> {
  if (globalThis.crypto?.subtle === undefined) return null;
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const sealOf = (json: Json): Promise<string | null> =>
  sha256(new TextEncoder().encode(JSON.stringify(json)));

/**
 * Plain data with one more key, `sha256`: the hash of the others as `JSON.stringify` writes them. It is not a
 * signature: it finds damage, not malice.
 */
export async function sealed(json: object): Promise<object> {
  const plain = JSON.parse(JSON.stringify(json)) as Json;
  return { ...plain, sha256: await sealOf(plain) };
}

/** What `sealed` was given, and what is wrong with its seal. */
export interface Unsealed {
  readonly json: unknown;
  /** Null: it fits, or cannot be computed here. */
  readonly wrong: "absent" | "another" | null;
}

/** Takes the seal off and compares it. What a file holds besides may be anything. */
export async function unsealed(json: unknown): Promise<Unsealed> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    return { json, wrong: "absent" };
  }
  const { sha256, ...rest } = json as Json;
  if (sha256 === undefined) return { json, wrong: "absent" };
  const found = await sealOf(rest);
  return { json: rest, wrong: found === null || found === sha256 ? null : "another" };
}
