export { type BandEnergies, bandEnergies } from "./band-energies.ts";
export { type BandLimits, bandLimits } from "./band-limits.ts";
export { complexFft } from "./complex-fft.ts";
export { energySpectrum } from "./energy-spectrum.ts";
export type { PlannedFft } from "./planned-fft.ts";
export { type RealFft, realFft } from "./real-fft.ts";
export { resample } from "./resample.ts";
export { wavenumbers } from "./wavenumbers.ts";
