import type { BackendInfo, BackendName } from "@eddyflow/backend";
import { brush } from "./brush.ts";
import { addBump, type Bump } from "./bump.ts";
import { drawCharts, horizon } from "./charts.ts";
import { gradientOf, palettes } from "./colours.ts";
import { droppedFiles, readDropped } from "./dropped-files.ts";
import { type Scores, type Showing, score, shown } from "./forecast.ts";
import { get } from "./get.ts";
import { initialState } from "./initial-state.ts";
import { say, sayNothing, sayStatus } from "./messages.ts";
import type { Origin } from "./model-worker.ts";
import { addPanel, type Panel } from "./panel.ts";
import { createPlayer } from "./player.ts";
import { createSimulation, type Moment } from "./simulation.ts";

interface Shown {
  readonly id: string;
  readonly title: string;
  readonly colour: string;
  readonly panel: Panel;
  scores: Scores[];
}

const shipped = [
  { id: "teacher", title: "Teacher", sampler: "midpoint:4" },
  { id: "single_step", title: "Student, one step" },
  { id: "trajectory", title: "Student, two jumps" },
];
const dark = matchMedia("(prefers-color-scheme: dark)");
const fieldRange = 12;
const spreadRange = 6;

const simulation = createSimulation(Number(get<HTMLSelectElement>("#members").value));
const models: Shown[] = [];
const origins = new Map<string, { origin: Origin; sampler?: string }>();
const bumps: Bump[] = [];
const frames: number[] = [];
let moment: Moment | undefined;
let showing: Showing = "member";
let transition = { start: 0, duration: 1 };
let seed = Math.floor(Date.now() / 1000) % 1_000_000;
let info: BackendInfo | undefined;

const solver = addPanel("Solver", "--solver", () => {});
solver.say("ETDRK4, 10 steps");
const panels = (): readonly Panel[] => [solver, ...models.map(({ panel }) => panel)];

/** Shows a moment: blends to it, or jumps where a forecast begins. */
function present(next: Moment, atOnce: boolean): void {
  moment = next;
  solver.view.show(next.truth, atOnce);
  solver.measure(next.solverMilliseconds, null);
  for (const model of models) {
    const forecast = next.forecasts.get(model.id);
    if (forecast === undefined) continue;
    if (next.lead === 0) model.scores = [];
    const scores = score(forecast.states, next.truth);
    if (model.scores.length <= next.lead) model.scores.push(scores);
    model.panel.view.show(shown(forecast.states, showing), atOnce || next.lead === 1);
    model.panel.measure(forecast.milliseconds, scores.error);
  }
  drawCharts(next, models);
  document.body.dataset["tensors"] = `${next.tensors}`;
  document.body.dataset["lead"] = `${next.lead}`;
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

async function step(): Promise<void> {
  if ((moment as Moment).lead >= horizon) restart();
  const start = performance.now();
  const next = await simulation.next(bumps.splice(0)).catch((error: unknown) => {
    restart();
    throw error;
  });
  const took = performance.now() - start;
  await pause(transition.start + transition.duration - performance.now());
  present(next, false);
  const wanted = 1000 / Number(get<HTMLInputElement>("#speed").value);
  transition = { start: performance.now(), duration: Math.max(wanted, 1.05 * took) };
}

const player = createPlayer(step, say, (playing) => {
  get("#play").textContent = playing ? "Pause" : "Play";
});

function restart(): void {
  present(simulation.restart(Number(get<HTMLSelectElement>("#members").value)), false);
}

async function begin(from: number | Float64Array): Promise<void> {
  bumps.length = 0;
  present(await simulation.begin(from), true);
}

async function load(id: string, origin: Origin, sampler?: string): Promise<void> {
  const model = { id, origin, ...(sampler !== undefined && { sampler }) };
  const facts = await simulation.load(model);
  origins.set(id, model);
  models.find((one) => one.id === id)?.panel.describe(facts);
}

function addModel(id: string, title: string): void {
  const colour = `--model-${models.length}`;
  const choose = (sampler: string) =>
    player.ask(async () => {
      sayNothing();
      await load(id, (origins.get(id) as { origin: Origin }).origin, sampler);
      restart();
    });
  const panel = addPanel(title, colour, choose);
  models.push({ id, title, colour, panel, scores: [] });
  brush(panel.canvas, disturb);
}

/** Starts an engine; where the page does not have it, says so and takes the fastest. */
async function startEngine(wanted: string): Promise<void> {
  sayNothing();
  get("#status").textContent = "Starting the engine …";
  info = await simulation.start(wanted as BackendName | "auto").catch((error: unknown) => {
    say(error);
    get<HTMLSelectElement>("#engine").value = "auto";
    return simulation.start("auto");
  });
  for (const [id, { origin, sampler }] of origins) await load(id, origin, sampler);
}

/** Disturbs all fields, on the page at once and in the next state. */
function disturb(bump: Bump): void {
  bumps.push(bump);
  if (showing !== "spread") for (const { view } of panels()) view.change((x) => addBump(x, bump));
}

brush(solver.canvas, disturb);

async function takeFiles(files: readonly File[]): Promise<void> {
  sayNothing();
  const dropped = await readDropped(files);
  if (dropped.kind === "state") {
    await begin(await initialState(dropped.bytes, dropped.name));
    return;
  }
  await simulation.load({ id: "own", origin: dropped.files });
  if (!models.some(({ id }) => id === "own")) addModel("own", "Yours");
  await load("own", dropped.files);
  restart();
}

function paintLegend(): void {
  const palette = palettes[dark.matches ? "dark" : "light"];
  const spread = showing === "spread";
  get("#gradient").style.background = gradientOf(spread ? palette.spread : palette.field);
  get("#low").textContent = spread ? "0, sure" : `−${fieldRange}`;
  get("#middle").textContent = spread ? "spread of u" : "u";
  get("#high").textContent = spread ? `${spreadRange}` : `${fieldRange}`;
}

function draw(now: number): void {
  const part = Math.min(1, Math.max(0, (now - transition.start) / transition.duration));
  const { field, spread } = palettes[dark.matches ? "dark" : "light"];
  const scale = { palette: field, low: -fieldRange, high: fieldRange };
  const modelScale = showing === "spread" ? { palette: spread, low: 0, high: spreadRange } : scale;
  solver.view.draw(part, scale);
  for (const { panel } of models) panel.view.draw(part, modelScale);
  frames.push(now);
  while (now - (frames[0] as number) > 1000) frames.shift();
  requestAnimationFrame(draw);
}

const actions: Readonly<Record<string, () => void>> = {
  play: () => player.play(!player.isPlaying),
  restart: () => player.ask(async () => restart()),
  begin: () => player.ask(() => begin(++seed)),
  disturb: () => disturb({ x: 0.5, y: 0.5 }),
};
for (const [id, act] of Object.entries(actions)) get(`#${id}`).addEventListener("click", act);
const keys: Readonly<Record<string, string>> = {
  " ": "play",
  r: "restart",
  n: "begin",
  d: "disturb",
};
document.addEventListener("keydown", (event) => {
  const name = keys[event.key.toLowerCase()];
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const inControl = (event.target as Element).closest("button, select, input") !== null;
  if (name === undefined || !isPlain || (event.key === " " && inControl)) return;
  event.preventDefault();
  actions[name]?.();
});
get("#showing").addEventListener("change", (event) => {
  showing = (event.target as HTMLInputElement).value as Showing;
  paintLegend();
  if (moment !== undefined) present(moment, true);
});
get("#members").addEventListener("change", (event) => {
  get("#count").textContent = (event.target as HTMLSelectElement).value;
  player.ask(async () => restart());
});
get("#engine").addEventListener("change", (event) =>
  player.ask(async () => {
    await startEngine((event.target as HTMLSelectElement).value);
    restart();
  }),
);
const saySpeed = (): void => {
  get("#speed-value").textContent = get<HTMLInputElement>("#speed").value;
};
get("#speed").addEventListener("input", saySpeed);
get("#files").addEventListener("change", (event) => {
  const { files } = event.target as HTMLInputElement;
  player.ask(() => takeFiles([...(files ?? [])]));
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
for (const name of ["dragleave", "drop"]) {
  document.addEventListener(name, () => document.body.classList.remove("dropping"));
}
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer === null) return;
  const files = droppedFiles(event.dataTransfer);
  player.ask(async () => takeFiles(await files));
});
dark.addEventListener("change", paintLegend);

const asked = new URLSearchParams(location.search);
const askedEngine = asked.get("backend") ?? "auto";
get<HTMLSelectElement>("#engine").value = askedEngine;
saySpeed();
paintLegend();
for (const { id, title } of shipped) addModel(id, title);
player.ask(() => begin(seed));
player.ask(async () => {
  await startEngine(askedEngine);
  for (const { id, sampler } of shipped) {
    await load(id, new URL(`models/${id}`, document.baseURI).href, sampler);
  }
  restart();
  document.body.dataset["ready"] = "true";
  player.play(!matchMedia("(prefers-reduced-motion: reduce)").matches);
});
setInterval(() => {
  if (info !== undefined) sayStatus(info, frames.length);
}, 1000);
requestAnimationFrame(draw);
