package dev.easel.local.sketch;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Random;

/**
 * A picture in the making. Places are given in units of its shorter side, so that a scene looks the
 * same in any size: x from 0 to {@link #right}, y from 0 to {@link #bottom}.
 */
final class Painting {
  /** Gives the colour of a place, as red, green, blue and opacity from 0 to 1. */
  @FunctionalInterface
  interface Shader {
    void shade(double x, double y, float[] rgba);
  }

  final double right;
  final double bottom;
  final Palette palette;
  final Random random;
  final Noise noise;
  private final BufferedImage image;
  private final int[] pixels;
  private final Graphics2D graphics;
  private final double unit;
  private final Sketch.Watcher watcher;
  private double from;
  private double until;
  private double reached;

  Painting(int width, int height, Palette palette, long seed, Sketch.Watcher watcher) {
    this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    this.pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    this.graphics = image.createGraphics();
    this.unit = Math.min(width, height);
    this.right = width / unit;
    this.bottom = height / unit;
    this.palette = palette;
    this.random = new Random(seed);
    this.noise = new Noise(seed);
    this.watcher = watcher;
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setRenderingHint(RenderingHints.KEY_RENDERING, RenderingHints.VALUE_RENDER_QUALITY);
    graphics.scale(unit, unit);
  }

  BufferedImage image() {
    return image;
  }

  /** The side of one pixel. */
  double pixel() {
    return 1 / unit;
  }

  /** For gradients and transforms; scaled to units. */
  Graphics2D graphics() {
    return graphics;
  }

  /** The next piece of work brings the picture up to this share of the whole. */
  Painting upTo(double share) {
    from = until;
    until = share;
    return this;
  }

  /** Tells that so much of the current piece is done; ends the work if that was asked for. */
  void did(int some, int of) throws InterruptedException {
    reached = Math.max(reached, from + (until - from) * some / of);
    watcher.painted(reached, image);
  }

  /** Colours every pixel, each from {@code samples * samples} places, over what is there. */
  void shade(int samples, Shader shader) throws InterruptedException {
    float[] rgba = new float[4];
    double step = 1 / (samples * unit);
    int width = image.getWidth();
    for (int row = 0; row < image.getHeight(); row++) {
      for (int column = 0; column < width; column++) {
        double red = 0;
        double green = 0;
        double blue = 0;
        double cover = 0;
        for (int j = 0; j < samples; j++) {
          for (int i = 0; i < samples; i++) {
            shader.shade(column / unit + (i + 0.5) * step, row / unit + (j + 0.5) * step, rgba);
            red += rgba[0] * rgba[3];
            green += rgba[1] * rgba[3];
            blue += rgba[2] * rgba[3];
            cover += rgba[3];
          }
        }
        int at = row * width + column;
        pixels[at] = over(pixels[at], red, green, blue, cover, samples * samples);
      }
      did(row + 1, image.getHeight());
    }
  }

  void fill(Shape shape, int rgb, double opacity) {
    graphics.setColor(new Color(Colour.translucent(rgb, opacity), true));
    graphics.fill(shape);
  }

  void fill(Shape shape, int rgb) {
    fill(shape, rgb, 1);
  }

  /** A line with round ends and joints. */
  void draw(Shape shape, double thickness, int rgb, double opacity) {
    graphics.setStroke(
        new BasicStroke((float) thickness, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    graphics.setColor(new Color(Colour.translucent(rgb, opacity), true));
    graphics.draw(shape);
  }

  void disc(double x, double y, double radius, int rgb, double opacity) {
    fill(new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius), rgb, opacity);
  }

  /** Does something with the origin elsewhere, turned and scaled. */
  void at(double x, double y, double angle, double scale, Runnable what) {
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y);
    graphics.rotate(angle);
    graphics.scale(scale, scale);
    what.run();
    graphics.setTransform(before);
  }

  /** A random number between the two. */
  double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** Darkens the corners a little and breaks up bands of equal colour. */
  void finish(double vignette) throws InterruptedException {
    int width = image.getWidth();
    int height = image.getHeight();
    for (int row = 0; row < height; row++) {
      double dy = 2.0 * row / height - 1;
      for (int column = 0; column < width; column++) {
        double dx = 2.0 * column / width - 1;
        double distance = (dx * dx + dy * dy) / 2;
        double shade = 1 - vignette * distance * distance;
        double grain = (noise.spot(column, row) - 0.5) * 3;
        int rgb = pixels[row * width + column];
        pixels[row * width + column] =
            channel((rgb >> 16 & 0xff) * shade + grain) << 16
                | channel((rgb >> 8 & 0xff) * shade + grain) << 8
                | channel((rgb & 0xff) * shade + grain);
      }
      did(row + 1, height);
    }
  }

  /** Sets a shader's answer. */
  static void put(float[] rgba, int rgb, double opacity) {
    rgba[0] = (rgb >> 16 & 0xff) / 255f;
    rgba[1] = (rgb >> 8 & 0xff) / 255f;
    rgba[2] = (rgb & 0xff) / 255f;
    rgba[3] = (float) opacity;
  }

  /** Moves a shader's answer towards a colour. */
  static void blend(float[] rgba, int rgb, double amount) {
    float t = (float) Colour.clamp(amount);
    rgba[0] += ((rgb >> 16 & 0xff) / 255f - rgba[0]) * t;
    rgba[1] += ((rgb >> 8 & 0xff) / 255f - rgba[1]) * t;
    rgba[2] += ((rgb & 0xff) / 255f - rgba[2]) * t;
  }

  /** Adds light to a shader's answer. */
  static void glow(float[] rgba, int rgb, double amount) {
    for (int i = 0; i < 3; i++) {
      float light = (rgb >> 8 * (2 - i) & 0xff) / 255f * (float) Math.max(0, amount);
      rgba[i] = 1 - (1 - rgba[i]) * Math.max(0, 1 - light);
    }
  }

  /** Makes a shader's answer brighter or darker. */
  static void scale(float[] rgba, double by) {
    for (int i = 0; i < 3; i++) {
      rgba[i] = (float) Colour.clamp(rgba[i] * by);
    }
  }

  private static int over(
      int below, double red, double green, double blue, double cover, int samples) {
    double rest = 1 - cover / samples;
    return channel((below >> 16 & 0xff) * rest + red / samples * 255) << 16
        | channel((below >> 8 & 0xff) * rest + green / samples * 255) << 8
        | channel((below & 0xff) * rest + blue / samples * 255);
  }

  private static int channel(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
