import { formatKinds } from "./format-kinds.ts";
import type { FuzzKind } from "./fuzz-kind.ts";
import { importKinds } from "./import-kinds.ts";
import { runKinds } from "./run-kinds.ts";
import { storeKinds } from "./store-kinds.ts";

/** Every kind of file that the project reads; another one is another value here. */
export const kinds: readonly FuzzKind[] = [
  ...storeKinds,
  ...runKinds,
  ...formatKinds,
  ...importKinds,
];
