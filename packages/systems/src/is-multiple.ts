/** Whether a time is a whole number of steps, up to the rounding of decimal numbers. */
export const isMultiple = (value: number, unit: number): boolean =>
  Math.abs(value / unit - Math.round(value / unit)) < 1e-6;
