package dev.easel.image;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** Which sizes a provider takes. */
public sealed interface SizeRule {
  boolean allows(Size size);

  /** Only these. */
  record OneOf(List<Size> sizes) implements SizeRule {
    public OneOf {
      sizes = List.copyOf(sizes);
    }

    @Override
    public boolean allows(Size size) {
      return sizes.contains(requireNonNull(size, "size"));
    }
  }

  /**
   * Any within bounds.
   *
   * @param multipleOf both sides are multiples of it
   * @param maxPixels of the whole picture
   * @param maxRatio longer side to shorter side
   */
  record Within(int minSide, int maxSide, int multipleOf, long maxPixels, double maxRatio)
      implements SizeRule {
    public Within {
      if (minSide < 1 || maxSide < minSide || multipleOf < 1 || maxPixels < 1 || !(maxRatio >= 1)) {
        throw new IllegalArgumentException(
            "no size fits: minSide=%d maxSide=%d multipleOf=%d maxPixels=%d maxRatio=%s"
                .formatted(minSide, maxSide, multipleOf, maxPixels, maxRatio));
      }
    }

    @Override
    public boolean allows(Size size) {
      int longer = Math.max(size.width(), size.height());
      int shorter = Math.min(size.width(), size.height());
      return shorter >= minSide
          && longer <= maxSide
          && size.width() % multipleOf == 0
          && size.height() % multipleOf == 0
          && (long) longer * shorter <= maxPixels
          && (double) longer / shorter <= maxRatio;
    }
  }
}
