/* The same sums by MPI itself: one number of floats after the other, milliseconds of each call on a line of rank 0. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  int rank;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  const int calls = atoi(argv[1]);
  for (int which = 2; which < argc; which++) {
    const int count = atoi(argv[which]);
    float *values = malloc(sizeof(float) * count);
    for (int i = 0; i < count; i++) values[i] = 1e-3f;
    if (rank == 0) printf("%d", count);
    for (int call = 0; call < calls; call++) {
      MPI_Barrier(MPI_COMM_WORLD);
      const double begun = MPI_Wtime();
      MPI_Allreduce(MPI_IN_PLACE, values, count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
      if (rank == 0) printf(" %.6f", 1e3 * (MPI_Wtime() - begun));
    }
    if (rank == 0) printf("\n");
    free(values);
  }
  MPI_Finalize();
  return 0;
}
