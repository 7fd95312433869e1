package dev.easel.image;

/** A picture's shape where its size is the provider's choice. */
public record AspectRatio(int width, int height) {
  public AspectRatio {
    if (width < 1 || height < 1 || width > 100 || height > 100) {
      throw new IllegalArgumentException(
          "both sides must be 1 to 100, were " + width + " and " + height);
    }
  }

  @Override
  public String toString() {
    return width + ":" + height;
  }
}
