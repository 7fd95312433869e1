package dev.easel.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.easel.local.filter.Raster;
import dev.easel.local.upscale.Upscaler;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One picture made twice as large on two threads: by the provider, by plain loops, and by
 * onnxruntime with the same network and weights. 445,088 floating-point operations for each pixel
 * of the input.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 2, jvmArgsAppend = "-Xmx2g")
@Warmup(iterations = 3, time = 3)
@Measurement(iterations = 5, time = 3)
@SuppressWarnings("NullAway.Init") // prepare() is the constructor
public class UpscalerBenchmark {
  private static final int THREADS = 2;

  /** Of each side, in pixels. */
  @Param({"256", "512"})
  public int side;

  private final Upscaler upscaler = new Upscaler(THREADS);
  private final ForkJoinPool pool = new ForkJoinPool(THREADS);
  private final List<SlimGraph.Step> steps = SlimGraph.steps(2);
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private OrtSession session;
  private Raster picture;
  private float[] byPixel;
  private float[] byColour;

  /** Makes the picture, after all three agreed on a small one. */
  @Setup(Level.Trial)
  public void prepare() throws Exception {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(THREADS);
    options.setInterOpNumThreads(1);
    session = environment.createSession(OnnxFile.of(steps), options);
    int asked = side;
    side = 64;
    fill();
    agree(easel(), naive(), onnxruntime());
    side = asked;
    fill();
  }

  private void fill() {
    Random random = new Random(1);
    int[] argb = new int[side * side];
    byPixel = new float[3 * argb.length];
    byColour = new float[3 * argb.length];
    for (int i = 0; i < argb.length; i++) {
      int smooth = 128 + (int) (90 * Math.sin(i % side * 0.07) * Math.cos(i / side * 0.05));
      argb[i] = 0xff000000;
      for (int k = 0; k < 3; k++) {
        int value = Math.max(0, Math.min(255, smooth + 20 * k + random.nextInt(20)));
        argb[i] |= value << 16 - 8 * k;
        byPixel[3 * i + k] = value;
        byColour[k * argb.length + i] = value;
      }
    }
    picture = new Raster(side, side, argb);
  }

  @TearDown(Level.Trial)
  public void close() throws OrtException {
    upscaler.close();
    pool.shutdown();
    session.close();
  }

  @Benchmark
  public Raster easel() throws InterruptedException {
    return upscaler.upscale(picture, 2, fraction -> {});
  }

  /** Takes so long that it is measured less often. */
  @Benchmark
  @Fork(value = 1, jvmArgsAppend = "-Xmx2g")
  @Warmup(iterations = 1, time = 1)
  @Measurement(iterations = 3, time = 1)
  public float[] naive() {
    return pool.submit(() -> NaiveLoops.run(steps, byPixel, side, side)).join();
  }

  @Benchmark
  public float[] onnxruntime() throws OrtException {
    long[] shape = {1, 3, side, side};
    try (OnnxTensor in = OnnxTensor.createTensor(environment, FloatBuffer.wrap(byColour), shape);
        OrtSession.Result result = session.run(Map.of("LR", in))) {
      OnnxTensor out = (OnnxTensor) result.get(0);
      float[] values = new float[3 * 4 * side * side];
      out.getFloatBuffer().get(values);
      return values;
    }
  }

  private static void agree(Raster easel, float[] naive, float[] onnx) {
    int pixels = easel.argb().length;
    for (int i = 0; i < pixels; i++) {
      for (int k = 0; k < 3; k++) {
        float ours = easel.argb()[i] >> 16 - 8 * k & 0xff;
        float plain = Math.max(0, Math.min(255, naive[3 * i + k]));
        float theirs = Math.max(0, Math.min(255, onnx[k * pixels + i]));
        if (Math.abs(ours - plain) > 0.6 || Math.abs(ours - theirs) > 0.6) {
          throw new IllegalStateException(
              "they differ: easel %s, naive %s, onnxruntime %s".formatted(ours, plain, theirs));
        }
      }
    }
  }
}
