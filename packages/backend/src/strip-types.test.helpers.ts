import { stripTypeScriptTypes } from "node:module";

/** What webpack calls for each file of ours: it reads no TypeScript. */
export default function stripTypes(source: string): string {
  return stripTypeScriptTypes(source);
}
