import { acdm } from "./acdm.ts";
import { apebench } from "./apebench.ts";
import type { Format } from "./format.ts";
import { ownStore } from "./own-store.ts";
import { pbdl } from "./pbdl.ts";
import { pdebench } from "./pdebench.ts";
import { theWell } from "./the-well.ts";

/** Every format that `openData` reads, in the order in which they are asked whether files are theirs. */
export const formats: readonly Format[] = [ownStore, theWell, pdebench, pbdl, apebench, acdm];
