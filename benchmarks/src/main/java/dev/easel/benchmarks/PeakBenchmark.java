package dev.easel.benchmarks;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How many multiplications and additions the JIT compiler gets out of this machine in loops of the
 * upscaler's kind, with everything in the first cache. In operations per nanosecond, all threads
 * together: that is GFLOP/s.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Threads(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeakBenchmark {
  private static final int LENGTH = 512;

  private final float[] sum0 = new float[LENGTH];
  private final float[] sum1 = new float[LENGTH];
  private final float[] in0 = filled(0.25f);
  private final float[] in1 = filled(0.5f);
  private final float[] in2 = filled(0.75f);
  private float weight = 1e-6f;

  /** Two sums of three products, as the upscaler has them. */
  @Benchmark
  @OperationsPerInvocation(12 * LENGTH)
  public float[] likeTheUpscaler() {
    float a = weight;
    float b = 2 * weight;
    float c = 3 * weight;
    float d = -weight;
    float e = -2 * weight;
    float f = -3 * weight;
    for (int i = 0; i < LENGTH; i++) {
      float x = in0[i];
      float y = in1[i];
      float z = in2[i];
      sum0[i] = sum0[i] + a * x + b * y + c * z;
      sum1[i] = sum1[i] + d * x + e * y + f * z;
    }
    return sum0;
  }

  /** A polynomial: twelve multiplications and additions for one number read and one written. */
  @Benchmark
  @OperationsPerInvocation(24 * LENGTH)
  public float[] mostlyArithmetic() {
    float a = weight;
    for (int i = 0; i < LENGTH; i++) {
      float x = in0[i];
      float y = a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      y = y * x + a;
      sum0[i] = y;
    }
    return sum0;
  }

  private static float[] filled(float value) {
    float[] out = new float[LENGTH];
    Arrays.fill(out, value);
    return out;
  }
}
