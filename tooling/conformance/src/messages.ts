import type { CaseResult } from "./case.ts";

/** What the process of a backend tells the one that started it. */
export type Message =
  | { readonly kind: "started"; readonly device: string }
  | { readonly kind: "unavailable"; readonly reason: string }
  /** Before a case, so that the one that ends the process is known. */
  | { readonly kind: "begun"; readonly index: number }
  | { readonly kind: "result"; readonly result: CaseResult }
  | { readonly kind: "finished" };
