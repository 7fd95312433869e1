package dev.easel.local.upscale;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The published network layer by layer in the plainest loops, to compare with. */
final class PlainNetwork {
  private record Kernel(int side, int inputs, int outputs, float[] weights, float[] bias) {}

  private final int factor;
  private final ByteBuffer in;
  private final int width;
  private final int height;

  private PlainNetwork(int factor, byte[] weights, int width, int height) {
    this.factor = factor;
    this.in = ByteBuffer.wrap(weights).order(ByteOrder.LITTLE_ENDIAN);
    this.width = width;
    this.height = height;
  }

  /** Row by row, red, green and blue of each pixel, not rounded. */
  static float[] upscale(int factor, byte[] weights, int[] rgb, int width, int height) {
    return new PlainNetwork(factor, weights, width, height).run(rgb);
  }

  private float[] run(int[] rgb) {
    Kernel f0 = read(3, 64, 64);
    Kernel f11 = read(3, 64, 4);
    Kernel f21 = read(3, 64, 4);
    Kernel fm1 = read(3, 3, 64);
    Kernel gff1 = read(1, 128, 64);
    Kernel gff2 = read(3, 64, 64);
    Kernel lff1 = read(1, 68, 64);
    Kernel lff2 = read(1, 68, 64);
    int fine = 3 * factor * factor;
    Kernel sr = read(3, fine, 3);
    Kernel upn1 = read(5, 64, 64);
    Kernel upn2 = read(3, 64, 32);
    Kernel upn3 = read(3, 32, fine);

    float[] lr = new float[width * height * 3];
    for (int i = 0; i < rgb.length; i++) {
      lr[3 * i] = rgb[i] >> 16 & 0xff;
      lr[3 * i + 1] = rgb[i] >> 8 & 0xff;
      lr[3 * i + 2] = rgb[i] & 0xff;
    }
    float[] a = conv(fm1, lr, width, height);
    float[] b = conv(f0, a, width, height);
    float[] lrl1 =
        add(conv(lff1, concat(b, 64, relu(conv(f11, b, width, height)), 4), width, height), b);
    float[] grown = relu(conv(f21, lrl1, width, height));
    float[] lrl2 = add(conv(lff2, concat(lrl1, 64, grown, 4), width, height), lrl1);
    float[] global = conv(gff1, concat(lrl1, 64, lrl2, 64), width, height);
    float[] fdf = add(conv(gff2, global, width, height), a);
    float[] up = relu(conv(upn1, fdf, width, height));
    up = conv(upn3, relu(conv(upn2, up, width, height)), width, height);
    float[] large = new float[up.length * factor * factor];
    for (int y = 0; y < height * factor; y++) {
      for (int x = 0; x < width * factor; x++) {
        int from = (y / factor * width + x / factor) * fine;
        System.arraycopy(up, from, large, (y * width * factor + x) * fine, fine);
      }
    }
    return conv(sr, large, width * factor, height * factor);
  }

  private Kernel read(int side, int inputs, int outputs) {
    return new Kernel(
        side, inputs, outputs, floats(side * side * inputs * outputs), floats(outputs));
  }

  private float[] floats(int count) {
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      out[i] = in.getFloat();
    }
    return out;
  }

  private static float[] conv(Kernel k, float[] in, int width, int height) {
    float[] out = new float[width * height * k.outputs()];
    int radius = k.side() / 2;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int to = (y * width + x) * k.outputs();
        System.arraycopy(k.bias(), 0, out, to, k.outputs());
        for (int ky = 0; ky < k.side(); ky++) {
          for (int kx = 0; kx < k.side(); kx++) {
            int sy = y + ky - radius;
            int sx = x + kx - radius;
            if (sy < 0 || sy >= height || sx < 0 || sx >= width) {
              continue;
            }
            for (int i = 0; i < k.inputs(); i++) {
              float v = in[(sy * width + sx) * k.inputs() + i];
              int w = ((ky * k.side() + kx) * k.inputs() + i) * k.outputs();
              for (int o = 0; o < k.outputs(); o++) {
                out[to + o] += v * k.weights()[w + o];
              }
            }
          }
        }
      }
    }
    return out;
  }

  private static float[] relu(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i]);
    }
    return values;
  }

  private static float[] add(float[] to, float[] more) {
    for (int i = 0; i < to.length; i++) {
      to[i] += more[i];
    }
    return to;
  }

  private static float[] concat(float[] a, int countA, float[] b, int countB) {
    int pixels = a.length / countA;
    float[] out = new float[a.length + b.length];
    for (int i = 0; i < pixels; i++) {
      System.arraycopy(a, i * countA, out, i * (countA + countB), countA);
      System.arraycopy(b, i * countB, out, i * (countA + countB) + countA, countB);
    }
    return out;
  }
}
