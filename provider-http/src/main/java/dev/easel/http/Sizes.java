package dev.easel.http;

import dev.easel.image.AspectRatio;
import dev.easel.image.ImageOptions;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.image.SizeRule;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the size that comes nearest to what was asked for. */
final class Sizes {
  private Sizes() {}

  /** Empty if nothing was asked for. */
  static Optional<Size> wanted(ImageOptions options, SizeRule rule, Size usual, Wishes wishes) {
    if (options.size().isPresent()) {
      Size asked = options.size().get();
      if (rule.allows(asked)) {
        return Optional.of(asked);
      }
      Size near = nearest(rule, asked.width(), asked.height());
      wishes.differ("size", "The size " + asked + " is not possible; " + near + " was used.");
      return Optional.of(near);
    }
    if (options.aspectRatio().isPresent()) {
      AspectRatio ratio = options.aspectRatio().get();
      double area = (double) usual.width() * usual.height();
      double width = Math.sqrt(area * ratio.width() / ratio.height());
      Size near = nearest(rule, width, area / width);
      double off =
          (double) near.width() / near.height() / ((double) ratio.width() / ratio.height());
      if (off < 0.95 || off > 1.05) {
        wishes.differ(
            "aspectRatio", "The shape " + ratio + " is not possible; " + near + " was used.");
      }
      return Optional.of(near);
    }
    return Optional.empty();
  }

  /** The size of a picture is read from its bytes, whatever was asked for. */
  static void warnIfOther(List<RenderedImage> made, Size asked, Wishes wishes) {
    made.stream()
        .map(RenderedImage::info)
        .filter(i -> i.width() != asked.width() || i.height() != asked.height())
        .findFirst()
        .ifPresent(
            i ->
                wishes.warn(
                    "The picture has "
                        + i.width()
                        + "x"
                        + i.height()
                        + " pixels instead of "
                        + asked
                        + "."));
  }

  /** The allowed size that comes nearest to this one. */
  static Size nearest(SizeRule rule, double width, double height) {
    if (rule instanceof SizeRule.OneOf oneOf) {
      return oneOf.sizes().stream()
          .min(Comparator.comparingDouble(s -> distance(s, width, height)))
          .orElseThrow();
    }
    return within((SizeRule.Within) rule, width, height);
  }

  private static double distance(Size s, double width, double height) {
    double shape = Math.abs(Math.log(s.width() * height / (s.height() * width)));
    double area = Math.abs(Math.log(s.width() * (double) s.height() / (width * height)));
    return shape * 4 + area;
  }

  private static Size within(SizeRule.Within rule, double width, double height) {
    double w = width;
    double h = height;
    if (w / h > rule.maxRatio()) {
      h = w / rule.maxRatio();
    } else if (h / w > rule.maxRatio()) {
      w = h / rule.maxRatio();
    }
    double shrink =
        Math.min(
            1, Math.min(rule.maxSide() / Math.max(w, h), Math.sqrt(rule.maxPixels() / (w * h))));
    double grow = Math.max(1, rule.minSide() / Math.min(w, h));
    w *= shrink * grow;
    h *= shrink * grow;
    Size near = new Size(round(rule, w), round(rule, h));
    // rounding may have made the shape too long by a step, which a service refuses
    while (!rule.allows(near) && Math.max(near.width(), near.height()) > least(rule)) {
      near =
          near.width() > near.height()
              ? new Size(near.width() - rule.multipleOf(), near.height())
              : new Size(near.width(), near.height() - rule.multipleOf());
    }
    return near;
  }

  private static int least(SizeRule.Within rule) {
    int step = rule.multipleOf();
    return (rule.minSide() + step - 1) / step * step;
  }

  private static int round(SizeRule.Within rule, double side) {
    int step = rule.multipleOf();
    int most = rule.maxSide() / step * step;
    return Math.max(least(rule), Math.min(most, (int) (side + 0.5) / step * step));
  }
}
