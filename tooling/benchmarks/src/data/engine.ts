// Our solvers as a child process of the data benchmark: no backend, one thread.
import { serveRequests } from "../serve-requests.ts";
import { prepare } from "./prepare.ts";

await serveRequests(`Eddyflow, Node ${process.version}`, prepare);
