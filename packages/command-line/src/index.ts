export { aboutBackends, type Call, callOf, commandLine, type Verb } from "./call-of.ts";
export { configText } from "./config-text.ts";
export {
  type Difference,
  differentPoints,
  differentStates,
  inSentence,
  type States,
} from "./different-states.ts";
export { formatDuration } from "./duration.ts";
export {
  type CommandSpec,
  type FlagSpec,
  helpText,
  onlyFlags,
  type ParsedFlags,
  parseFlags,
} from "./flags.ts";
export { laterSeconds } from "./later-seconds.ts";
export {
  type ConfiguredExperiment,
  changeConfig,
  configureExperiment,
  experimentNames,
  isModule,
  type LoadedExperiment,
  loadExperiment,
  ownValuesOf,
  requireSameModule,
  textsFor,
} from "./load-experiment.ts";
export { makeFolder } from "./make-folder.ts";
export { didYouMean } from "./nearest.ts";
export { type DataPlace, dataPlace, mapPlace, openSplit } from "./open-split.ts";
export { ordinal } from "./ordinal.ts";
export { changedModule, everyMethod, noOwnValues, type OwnValues } from "./own-values.ts";
export { markdownTable, regionMarks, requireRegion, writeRegion } from "./page-region.ts";
export { pathInModels } from "./path-in-models.ts";
export { type ProgressBar, progressBar } from "./progress-bar.ts";
export { type CommandContext, endSignals, runCommand } from "./run-command.ts";
export { requireSameInRanks } from "./same-in-ranks.ts";
export { say } from "./say.ts";
export { splitFacts } from "./split-facts.ts";
export { userPath } from "./user-path.ts";
