import { loadSurrogate } from "@eddyflow/surrogate";
import { plain } from "./own-network.ts";
import { noise, previous, source } from "./trained.ts";

const model = await loadSurrogate(source, { networks: { student: plain } });
console.log((await model.next(previous, noise)).shape, model.evaluations);
