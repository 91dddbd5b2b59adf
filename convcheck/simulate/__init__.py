"""Running an optimizer on a problem: native kernels, batches, streams of randomness, sweeps and the result store."""
