import { realFft } from "@eddyflow/spectral";
import type { PaddedGrid } from "./padded-grid.ts";

/** A planned solver of −∇·(β∇ψ) = f with a coefficient β that depends on z alone. */
export interface LayeredPoisson {
  /**
   * Sets the coefficient: `centres[k]` on the faces along x and y of the cells k, `faces[k]` on their lower faces along
   * z. `faces[0]` and `faces[nz]` lie on the walls and count as 0.
   */
  factor(centres: Float64Array, faces: Float64Array): void;
  /** Solves for ψ, up to a constant, on the cells of `out`; ghosts are neither read nor written. The mean of f is ignored. */
  solve(f: Float64Array, out: Float64Array): void;
}

/**
 * Plans the second-order −∇·(β(z)∇ψ) = f, periodic along x and y, ∂ψ/∂z = 0 on the walls: Fourier transforms along x and
 * y, and for each wavevector a tridiagonal system along z. Exact to round-off.
 */
export function layeredPoisson({
  shape: [nz, ny, nx],
  spacing: [hz, hy, hx],
  strides: [strideZ, strideY],
  first,
}: PaddedGrid): LayeredPoisson {
  const fft = realFft([ny, nx]);
  const half = fft.spectrumShape[1] as number;
  const modes = ny * half;
  const eigenvalues = new Float64Array(modes);
  for (let q = 0; q < ny; q++) {
    for (let p = 0; p < half; p++) {
      const x = (2 / hx) * Math.sin((Math.PI * p) / nx);
      const y = (2 / hy) * Math.sin((Math.PI * q) / ny);
      eigenvalues[q * half + p] = x * x + y * y;
    }
  }
  const spectra = Array.from({ length: nz }, () => new Float64Array(2 * modes));
  /** Reciprocal pivots of the elimination. */
  const pivots = Array.from({ length: nz }, () => new Float64Array(modes));
  /** Coupling between planes k − 1 and k. */
  const coupling = new Float64Array(nz + 1);
  const plane = new Float64Array(ny * nx);

  return {
    factor(centres, faces) {
      for (let k = 1; k < nz; k++) coupling[k] = (faces[k] as number) / (hz * hz);
      for (let k = 0; k < nz; k++) {
        const below = coupling[k] as number;
        const diagonal = below + (coupling[k + 1] as number);
        const centre = centres[k] as number;
        const pivot = pivots[k] as Float64Array;
        const previous = pivots[Math.max(0, k - 1)] as Float64Array;
        for (let mode = 0; mode < modes; mode++) {
          pivot[mode] =
            1 /
            (diagonal +
              centre * (eigenvalues[mode] as number) -
              below * below * (previous[mode] as number));
        }
      }
      // The mean is free: it is 0 on the last plane.
      (pivots[nz - 1] as Float64Array)[0] = 0;
    },
    solve(f, out) {
      for (let k = 0; k < nz; k++) {
        for (let j = 0; j < ny; j++) {
          const at = first + k * strideZ + j * strideY;
          for (let i = 0; i < nx; i++) plane[j * nx + i] = f[at + i] as number;
        }
        const spectrum = spectra[k] as Float64Array;
        fft.forward(plane, spectrum);
        const pivot = pivots[k] as Float64Array;
        const below = spectra[Math.max(0, k - 1)] as Float64Array;
        const weight = coupling[k] as number;
        for (let mode = 0; mode < modes; mode++) {
          const scale = pivot[mode] as number;
          const re = 2 * mode;
          const im = re + 1;
          spectrum[re] = scale * ((spectrum[re] as number) + weight * (below[re] as number));
          spectrum[im] = scale * ((spectrum[im] as number) + weight * (below[im] as number));
        }
      }
      for (let k = nz - 1; k >= 0; k--) {
        const spectrum = spectra[k] as Float64Array;
        if (k < nz - 1) {
          const pivot = pivots[k] as Float64Array;
          const above = spectra[k + 1] as Float64Array;
          const weight = coupling[k + 1] as number;
          for (let mode = 0; mode < modes; mode++) {
            const scale = weight * (pivot[mode] as number);
            const re = 2 * mode;
            const im = re + 1;
            spectrum[re] = (spectrum[re] as number) + scale * (above[re] as number);
            spectrum[im] = (spectrum[im] as number) + scale * (above[im] as number);
          }
        }
        fft.inverse(spectrum, plane);
        for (let j = 0; j < ny; j++) {
          const at = first + k * strideZ + j * strideY;
          for (let i = 0; i < nx; i++) out[at + i] = plane[j * nx + i] as number;
        }
      }
    },
  };
}
