import { CheckpointError } from "@eddyflow/core";
import { type Source, verifiedSource } from "./source.ts";

/** How far the files of a checkpoint have come. */
export interface Download {
  readonly file: string;
  /** Bytes of the file that are here. */
  readonly bytes: number;
  /** Bytes of the whole file, or null where the server does not say. */
  readonly total: number | null;
}

export interface UrlSourceOptions {
  /** In place of the global `fetch`, for example one that adds a header. */
  readonly fetch?: (url: string, init: { signal?: AbortSignal }) => Promise<Response>;
  /** Ends the downloads; they fail with its reason. */
  readonly signal?: AbortSignal;
  /** Is told of every part of a file that arrives. */
  readonly onProgress?: (download: Download) => void;
}

/**
 * A checkpoint folder behind an address such as `https://example.org/flow?token=a`. The names of files are put at the end of
 * its path, and its query stays. In a page, an address without a server belongs to the page's. Sizes and hashes are checked
 * as by `verifiedSource`.
 *
 * @throws CheckpointError for an address that is none, and (from the source) where a file is absent, cut short, damaged or
 *   a page of HTML, or the server cannot be reached. It names the address.
 */
export function urlSource(
  url: string | URL,
  { fetch = globalThis.fetch, signal, onProgress }: UrlSourceOptions = {},
): Source {
  const folder = parsed(url);
  return verifiedSource(async (file) => {
    const address = new URL(folder);
    address.pathname = `${folder.pathname.replace(/\/+$/u, "")}/${file}`;
    const { href } = address;
    try {
      const response = await fetch(href, signal === undefined ? {} : { signal });
      if (!response.ok) {
        const { status, statusText } = response;
        throw unfetched(href, `${status} ${statusText}`.trim());
      }
      const bytes = await bytesOf(response, (got, total) =>
        onProgress?.({ file, bytes: got, total }),
      );
      if (isHtml(bytes)) {
        throw unfetched(href, "the server answers with a page of HTML");
      }
      return bytes;
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof CheckpointError) throw cause;
      throw unfetched(href, reasonOf(cause), cause);
    }
  });
}

function parsed(url: string | URL): URL {
  const page = (globalThis as { readonly location?: { readonly href: string } }).location?.href;
  try {
    return new URL(url, page);
  } catch (cause) {
    throw new CheckpointError({
      problem: `"${url}" is no address`,
      expected: "the address of a checkpoint folder, such as https://example.org/flow",
      remedy: "write it out with https://, or read a folder of this machine by folderSource",
      cause,
    });
  }
}

/** The whole answer; each part of it is reported. */
async function bytesOf(
  response: Response,
  report: (bytes: number, total: number | null) => void,
): Promise<Uint8Array> {
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  // Of a compressed answer the header says how much is sent.
  const isPlain = response.headers.get("content-encoding") === null;
  const total = isPlain && Number.isSafeInteger(length) ? length : null;
  const parts: Uint8Array[] = [];
  let count = 0;
  if (response.body !== null) {
    const reader = response.body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      parts.push(part.value);
      count += part.value.length;
      report(count, total);
    }
  }
  const bytes = new Uint8Array(count);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A static host answers a path that it does not know by its start page. */
const isHtml = (bytes: Uint8Array): boolean =>
  /^\s*<(!doctype|html|\?xml)/iu.test(new TextDecoder().decode(bytes.subarray(0, 100)));

/** `fetch` says "fetch failed", and why in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { readonly message?: string; readonly cause?: unknown };
  const { message: inner, code } = (cause ?? {}) as { message?: string; code?: string };
  return inner || code || message || String(error);
}

function unfetched(address: string, why: string, cause?: unknown): CheckpointError {
  return new CheckpointError({
    problem: `${address} cannot be fetched: ${why}`,
    expected: "a file of a checkpoint folder",
    remedy: "check the address and that the server lets this page read it",
    cause,
  });
}
