package dev.easel.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Runs the network in the plainest loops, rows spread over threads: the yardstick. */
final class NaiveLoops {
  private record Map3(int width, int height, int depth, float[] values) {}

  private NaiveLoops() {}

  /**
   * On the threads of the pool that it is called in.
   *
   * @param rgb row by row, three numbers for each pixel
   */
  static float[] run(List<SlimGraph.Step> steps, float[] rgb, int width, int height) {
    Map<String, Map3> known = new HashMap<>();
    Map3 last = new Map3(width, height, 3, rgb);
    known.put("LR", last);
    for (SlimGraph.Step step : steps) {
      last = apply(step, known);
      known.put(step.name(), last);
    }
    return last.values();
  }

  private static Map3 apply(SlimGraph.Step step, Map<String, Map3> known) {
    if (step instanceof SlimGraph.Conv conv) {
      return conv(conv, of(known, conv.from()));
    }
    if (step instanceof SlimGraph.Relu relu) {
      Map3 in = of(known, relu.from());
      float[] out = in.values().clone();
      for (int i = 0; i < out.length; i++) {
        out[i] = Math.max(0, out[i]);
      }
      return new Map3(in.width(), in.height(), in.depth(), out);
    }
    if (step instanceof SlimGraph.Add add) {
      Map3 left = of(known, add.left());
      float[] out = left.values().clone();
      float[] more = of(known, add.right()).values();
      for (int i = 0; i < out.length; i++) {
        out[i] += more[i];
      }
      return new Map3(left.width(), left.height(), left.depth(), out);
    }
    if (step instanceof SlimGraph.Concat concat) {
      return concat(of(known, concat.left()), of(known, concat.right()));
    }
    SlimGraph.Repeat repeat = (SlimGraph.Repeat) step;
    return repeat(of(known, repeat.from()), repeat.factor());
  }

  private static Map3 of(Map<String, Map3> known, String name) {
    return requireNonNull(known.get(name), name);
  }

  private static Map3 conv(SlimGraph.Conv c, Map3 in) {
    float[] out = new float[in.width() * in.height() * c.outputs()];
    IntStream.range(0, in.height()).parallel().forEach(y -> row(c, in, out, y));
    return new Map3(in.width(), in.height(), c.outputs(), out);
  }

  private static void row(SlimGraph.Conv c, Map3 in, float[] out, int y) {
    int radius = c.side() / 2;
    for (int x = 0; x < in.width(); x++) {
      int to = (y * in.width() + x) * c.outputs();
      System.arraycopy(c.bias(), 0, out, to, c.outputs());
      for (int ky = Math.max(0, radius - y);
          ky < Math.min(c.side(), in.height() - y + radius);
          ky++) {
        for (int kx = Math.max(0, radius - x);
            kx < Math.min(c.side(), in.width() - x + radius);
            kx++) {
          int from = ((y + ky - radius) * in.width() + x + kx - radius) * c.inputs();
          int weights = (ky * c.side() + kx) * c.inputs() * c.outputs();
          for (int i = 0; i < c.inputs(); i++) {
            for (int o = 0; o < c.outputs(); o++) {
              out[to + o] += in.values()[from + i] * c.weights()[weights + i * c.outputs() + o];
            }
          }
        }
      }
    }
  }

  private static Map3 concat(Map3 a, Map3 b) {
    int depth = a.depth() + b.depth();
    float[] out = new float[a.width() * a.height() * depth];
    for (int i = 0; i < a.width() * a.height(); i++) {
      System.arraycopy(a.values(), i * a.depth(), out, i * depth, a.depth());
      System.arraycopy(b.values(), i * b.depth(), out, i * depth + a.depth(), b.depth());
    }
    return new Map3(a.width(), a.height(), depth, out);
  }

  private static Map3 repeat(Map3 in, int factor) {
    int width = in.width() * factor;
    float[] out = new float[in.values().length * factor * factor];
    for (int y = 0; y < in.height() * factor; y++) {
      for (int x = 0; x < width; x++) {
        int from = (y / factor * in.width() + x / factor) * in.depth();
        System.arraycopy(in.values(), from, out, (y * width + x) * in.depth(), in.depth());
      }
    }
    return new Map3(width, in.height() * factor, in.depth(), out);
  }
}
