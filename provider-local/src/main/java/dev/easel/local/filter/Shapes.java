package dev.easel.local.filter;

/** Filters that look at a pixel's neighbours or move pixels. */
final class Shapes {
  private Shapes() {}

  static Filter mirror() {
    return (in, rows) ->
        move(in, in.width(), in.height(), rows, (x, y) -> in.at(in.width() - 1 - x, y));
  }

  static Filter flip() {
    return (in, rows) ->
        move(in, in.width(), in.height(), rows, (x, y) -> in.at(x, in.height() - 1 - y));
  }

  /** Clockwise; {@code quarters} of 90 degrees. */
  static Filter rotate(int quarters) {
    return (in, rows) ->
        switch (Math.floorMod(quarters, 4)) {
          case 1 ->
              move(in, in.height(), in.width(), rows, (x, y) -> in.at(y, in.height() - 1 - x));
          case 2 ->
              move(
                  in,
                  in.width(),
                  in.height(),
                  rows,
                  (x, y) -> in.at(in.width() - 1 - x, in.height() - 1 - y));
          case 3 -> move(in, in.height(), in.width(), rows, (x, y) -> in.at(in.width() - 1 - y, x));
          default -> in;
        };
  }

  /** About 24 large pixels along the shorter side. */
  static Filter pixelate() {
    return (in, rows) -> {
      int cell = Math.max(2, Math.min(in.width(), in.height()) / 24);
      int across = (in.width() + cell - 1) / cell;
      int[] colours = new int[across * ((in.height() + cell - 1) / cell)];
      for (int i = 0; i < colours.length; i++) {
        colours[i] = mean(in, i % across * cell, i / across * cell, cell);
      }
      return move(
          in, in.width(), in.height(), rows, (x, y) -> colours[y / cell * across + x / cell]);
    };
  }

  /** Three box blurs, which come close to a Gaussian. */
  static Filter blur(double shareOfSide) {
    return (in, rows) -> {
      int radius = Math.max(1, (int) Math.round(Math.min(in.width(), in.height()) * shareOfSide));
      Raster out = in;
      for (int pass = 0; pass < 3; pass++) {
        // a box along the columns, turned, twice, is a box in both directions
        out = boxTurned(boxTurned(out, radius, rows), radius, rows);
      }
      return out;
    };
  }

  /** Adds what a small blur takes away. */
  static Filter sharpen() {
    return (in, rows) -> {
      Raster soft = blur(0.004).apply(in, rows);
      return move(
          in,
          in.width(),
          in.height(),
          rows,
          (x, y) -> {
            int p = in.at(x, y);
            int s = soft.at(x, y);
            int out = p & 0xff000000;
            for (int shift = 0; shift <= 16; shift += 8) {
              int v = p >> shift & 0xff;
              out |= Tones.channel(v + 1.1 * (v - (s >> shift & 0xff))) << shift;
            }
            return out;
          });
    };
  }

  /** Moves each pixel a little along waves; {@code amount} as a share of the shorter side. */
  static Filter warp(double amount, double phase) {
    return (in, rows) -> {
      double side = Math.min(in.width(), in.height());
      double reach = amount * side;
      double wave = 2 * Math.PI / (0.8 * side);
      return move(
          in,
          in.width(),
          in.height(),
          rows,
          (x, y) -> {
            double sx = x + reach * Math.sin(y * wave + phase);
            double sy = y + reach * Math.sin(x * wave + phase * 1.7);
            return between(in, sx, sy);
          });
    };
  }

  /** Gives the colour of a place of the new picture. */
  @FunctionalInterface
  private interface From {
    int pixel(int x, int y);
  }

  private static Raster move(Raster in, int width, int height, Filter.Rows rows, From from)
      throws InterruptedException {
    int[] out = new int[in.argb().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        out[y * width + x] = from.pixel(x, y);
      }
      rows.done(y + 1, height);
    }
    return new Raster(width, height, out);
  }

  private static Raster boxTurned(Raster in, int radius, Filter.Rows rows)
      throws InterruptedException {
    int width = in.width();
    int height = in.height();
    int size = 2 * radius + 1;
    int[] out = new int[in.argb().length];
    for (int y = 0; y < height; y++) {
      Sum sum = new Sum();
      for (int x = -radius; x < radius; x++) {
        sum.add(in.at(x, y), 1);
      }
      for (int x = 0; x < width; x++) { // one pixel comes in on the right, one goes on the left
        sum.add(in.at(x + radius, y), 1);
        out[x * height + y] = sum.mean(size);
        sum.add(in.at(x - radius, y), -1);
      }
      rows.done(y + 1, height);
    }
    return new Raster(height, width, out);
  }

  /** Pixels added up, each weighed by its opacity, so that what is invisible gives no colour. */
  private static final class Sum {
    private long alpha;
    private long red;
    private long green;
    private long blue;

    void add(int argb, int sign) {
      long a = (long) sign * (argb >>> 24);
      alpha += a;
      red += a * (argb >> 16 & 0xff);
      green += a * (argb >> 8 & 0xff);
      blue += a * (argb & 0xff);
    }

    int mean(int count) {
      if (alpha == 0) {
        return 0;
      }
      return (int) ((alpha + count / 2) / count) << 24
          | (int) ((red + alpha / 2) / alpha) << 16
          | (int) ((green + alpha / 2) / alpha) << 8
          | (int) ((blue + alpha / 2) / alpha);
    }
  }

  private static int mean(Raster in, int left, int top, int cell) {
    long[] sum = new long[4];
    int right = Math.min(in.width(), left + cell);
    int bottom = Math.min(in.height(), top + cell);
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int p = in.at(x, y);
        for (int k = 0; k < 4; k++) {
          sum[k] += p >>> 8 * k & 0xff;
        }
      }
    }
    int count = (right - left) * (bottom - top);
    return (int) (sum[3] / count) << 24
        | (int) (sum[2] / count) << 16
        | (int) (sum[1] / count) << 8
        | (int) (sum[0] / count);
  }

  private static int between(Raster in, double x, double y) {
    int x0 = (int) Math.floor(x);
    int y0 = (int) Math.floor(y);
    double fx = x - x0;
    double fy = y - y0;
    int out = 0;
    for (int shift = 0; shift <= 24; shift += 8) {
      double top =
          (in.at(x0, y0) >>> shift & 0xff) * (1 - fx) + (in.at(x0 + 1, y0) >>> shift & 0xff) * fx;
      double low =
          (in.at(x0, y0 + 1) >>> shift & 0xff) * (1 - fx)
              + (in.at(x0 + 1, y0 + 1) >>> shift & 0xff) * fx;
      out |= Tones.channel(top * (1 - fy) + low * fy) << shift;
    }
    return out;
  }
}
