package dev.easel.local.upscale;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The network esrgan-slim, a small residual dense network, with the weights for one factor. Takes
 * and gives red, green and blue from 0 to 255.
 *
 * <p>See {@code NOTICE-esrgan-slim.txt} beside them for where the weights come from.
 */
final class Network {
  /** How many columns away a pixel can change another, in pixels of the input. */
  static final int REACH = 10;

  /** From so many outputs on it pays to compute rows in pairs. */
  private static final int MANY = 32;

  private static final int FEATURES = 64;
  private static final int GROWTH = 4;

  final int factor;
  final Layer shallow1;
  final Layer shallow2;
  final Layer dense1;
  final Layer fuse1;
  final Layer dense2;
  final Layer fuse2;
  final Layer global1;
  final Layer global2;
  final Layer up1;
  final Layer up2;
  final Layer up3;
  final Layer last;

  private Network(int factor, FloatReader in) {
    this.factor = factor;
    int fine = 3 * factor * factor;
    // in the order of the file, which is that of the layers' names
    shallow2 = in.layer(3, FEATURES, FEATURES, false); // F_0
    dense1 = in.layer(3, FEATURES, GROWTH, true); // F_1_1
    dense2 = in.layer(3, FEATURES, GROWTH, true); // F_2_1
    shallow1 = in.layer(3, 3, FEATURES, false); // F_m1
    global1 = in.layer(1, 2 * FEATURES, FEATURES, false); // GFF_1
    global2 = in.layer(3, FEATURES, FEATURES, false); // GFF_2
    fuse1 = in.layer(1, FEATURES + GROWTH, FEATURES, false); // LFF_1
    fuse2 = in.layer(1, FEATURES + GROWTH, FEATURES, false); // LFF_2
    last = in.lastLayer(factor, fine); // SR
    up1 = in.layer(5, FEATURES, FEATURES, true); // UPN1
    up2 = in.layer(3, FEATURES, 32, true); // UPN2
    up3 = in.layer(3, 32, fine, false); // UPN3
    in.end();
  }

  /**
   * @param factor 2, 3 or 4
   */
  static Network load(int factor) {
    String name = "esrgan-slim-x" + factor + ".bin";
    try (InputStream in = Network.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no weights for factor " + factor);
      }
      byte[] bytes = new DataInputStream(in).readAllBytes();
      return new Network(factor, new FloatReader(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException("the weights " + name + " cannot be read", e);
    }
  }

  /** Multiplications with an addition for each pixel of the input. */
  long workPerPixel() {
    long sum = 0;
    for (Layer layer :
        new Layer[] {
          shallow1, shallow2, dense1, fuse1, dense2, fuse2, global1, global2, up1, up2, up3, last
        }) {
      sum += layer.work();
    }
    return sum;
  }

  /** Reads layers one after another. */
  private static final class FloatReader {
    private final ByteBuffer in;

    FloatReader(byte[] bytes) {
      in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    Layer layer(int side, int inputs, int outputs, boolean relu) {
      float[] kernel = floats(side * side * inputs * outputs);
      boolean inPairs = side > 1 && inputs > 3 && outputs >= MANY;
      return new Layer(side, inputs, outputs, kernel, floats(outputs), relu, inPairs);
    }

    /**
     * The published network repeats each pixel {@code factor} times in both directions, then
     * convolves. Most of what one pixel of the large picture then sees is the same small pixel over
     * and over: here their weights are added up beforehand, and the small picture is convolved to
     * all pixels of the large one that come from one place.
     */
    Layer lastLayer(int factor, int inputs) {
      float[] kernel = floats(9 * inputs * 3);
      float[] bias = floats(3);
      int outputs = 3 * factor * factor;
      float[] folded = new float[9 * inputs * outputs];
      float[] biases = new float[outputs];
      for (int output = 0; output < outputs; output++) {
        int colour = output % 3;
        int column = output / 3 % factor;
        int row = output / 3 / factor;
        biases[output] = bias[colour];
        for (int ky = -1; ky <= 1; ky++) {
          for (int kx = -1; kx <= 1; kx++) {
            int dy = Math.floorDiv(row + ky, factor);
            int dx = Math.floorDiv(column + kx, factor);
            int to = (dy + 1) * 3 + dx + 1;
            int from = (ky + 1) * 3 + kx + 1;
            for (int input = 0; input < inputs; input++) {
              folded[(to * inputs + input) * outputs + output] +=
                  kernel[(from * inputs + input) * 3 + colour];
            }
          }
        }
      }
      return new Layer(3, inputs, outputs, folded, biases, false, false); // many zeros
    }

    void end() {
      if (in.hasRemaining()) {
        throw new IllegalStateException(in.remaining() + " bytes of weights are left over");
      }
    }

    private float[] floats(int count) {
      float[] out = new float[count];
      in.asFloatBuffer().get(out);
      in.position(in.position() + 4 * count);
      return out;
    }
  }
}
