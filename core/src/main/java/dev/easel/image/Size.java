package dev.easel.image;

/** A picture's size in pixels. */
public record Size(int width, int height) {
  /** The longest side that is understood at all; providers allow less. */
  public static final int MAX_SIDE = 16_384;

  public Size {
    if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE) {
      throw new IllegalArgumentException(
          "width and height must be 1 to " + MAX_SIDE + ", were " + width + " and " + height);
    }
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
