package dev.easel.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The network esrgan-slim as it was published: its steps in order, with their weights. */
final class SlimGraph {
  /** One step. The input of the whole is {@code LR}; each step is named for what it gives. */
  sealed interface Step {
    String name();
  }

  /** Convolves with zeros around, so that the size stays; weights by row, column, input, output. */
  record Conv(
      String name, String from, int side, int inputs, int outputs, float[] weights, float[] bias)
      implements Step {}

  record Relu(String name, String from) implements Step {}

  record Add(String name, String left, String right) implements Step {}

  record Concat(String name, String left, String right) implements Step {}

  /** Repeats each pixel in both directions. */
  record Repeat(String name, String from, int factor) implements Step {}

  private final ByteBuffer file;
  private final List<Step> steps = new ArrayList<>();

  private SlimGraph(ByteBuffer file) {
    this.file = file;
  }

  /** The steps; the last one gives the picture. */
  static List<Step> steps(int factor) {
    String name = "/dev/easel/local/upscale/esrgan-slim-x" + factor + ".bin";
    try (InputStream in = SlimGraph.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new SlimGraph(ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN))
          .read(factor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Step> read(int factor) {
    int fine = 3 * factor * factor;
    Conv f0 = conv("F_0", "F_m1", 3, 64, 64); // in the order of the file
    Conv f11 = conv("F_1_1", "F_0", 3, 64, 4);
    Conv f21 = conv("F_2_1", "LRL_1", 3, 64, 4);
    Conv fm1 = conv("F_m1", "LR", 3, 3, 64);
    Conv gff1 = conv("GFF_1", "LRLs", 1, 128, 64);
    Conv gff2 = conv("GFF_2", "GFF_1", 3, 64, 64);
    Conv lff1 = conv("LFF_1", "RDB_1", 1, 68, 64);
    Conv lff2 = conv("LFF_2", "RDB_2", 1, 68, 64);
    Conv sr = conv("SR", "UP", 3, fine, 3);
    Conv upn1 = conv("UPN1", "FDF", 5, 64, 64);
    Conv upn2 = conv("UPN2", "UPN1_Relu", 3, 64, 32);
    Conv upn3 = conv("UPN3", "UPN2_Relu", 3, 32, fine);
    steps.addAll(List.of(fm1, f0, f11, new Relu("F_1_1_Relu", "F_1_1")));
    steps.addAll(List.of(new Concat("RDB_1", "F_0", "F_1_1_Relu"), lff1));
    steps.addAll(List.of(new Add("LRL_1", "LFF_1", "F_0"), f21, new Relu("F_2_1_Relu", "F_2_1")));
    steps.addAll(List.of(new Concat("RDB_2", "LRL_1", "F_2_1_Relu"), lff2));
    steps.addAll(List.of(new Add("LRL_2", "LFF_2", "LRL_1"), new Concat("LRLs", "LRL_1", "LRL_2")));
    steps.addAll(List.of(gff1, gff2, new Add("FDF", "GFF_2", "F_m1")));
    steps.addAll(List.of(upn1, new Relu("UPN1_Relu", "UPN1"), upn2, new Relu("UPN2_Relu", "UPN2")));
    steps.addAll(List.of(upn3, new Repeat("UP", "UPN3", factor), sr));
    return List.copyOf(steps);
  }

  private Conv conv(String name, String from, int side, int inputs, int outputs) {
    float[] weights = floats(side * side * inputs * outputs);
    return new Conv(name, from, side, inputs, outputs, weights, floats(outputs));
  }

  private float[] floats(int count) {
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = file.getFloat();
    }
    return out;
  }
}
