/**
 * L_max/Lᵢ of each axis: the wavenumber of one wave along it, in waves along the longest side of the box. Rounded to
 * 12 digits, so that a wave on the edge of a shell does not fall to one side or the other by the rounding of a length.
 */
export const axisUnits = (extent: readonly number[]): readonly number[] => {
  const longest = Math.max(...extent);
  return extent.map((length) => Number((longest / length).toPrecision(12)));
};
