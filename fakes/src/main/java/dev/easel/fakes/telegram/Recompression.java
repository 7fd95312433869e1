package dev.easel.fakes.telegram;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a picture what the platform makes of a photo: a JPEG of at most 1280 pixels a side, with
 * nothing else that was in the file. Only a document stays as it is.
 */
final class Recompression {
  private static final int MAX_SIDE = 1280;

  private Recompression() {}

  /** What the JDK cannot read stays as it is. */
  static byte[] of(byte[] picture) {
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(picture));
      byte[] jpeg = image == null ? null : jpeg(image);
      return jpeg == null ? picture : jpeg;
    } catch (IOException e) {
      return picture;
    }
  }

  private static byte @Nullable [] jpeg(BufferedImage image) throws IOException {
    double scale = Math.min(1.0, MAX_SIDE / (double) Math.max(image.getWidth(), image.getHeight()));
    int width = Math.max(1, (int) (image.getWidth() * scale));
    int height = Math.max(1, (int) (image.getHeight() * scale));
    BufferedImage smaller = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = smaller.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, 0, 0, width, height, Color.WHITE, null);
    g.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    return ImageIO.write(smaller, "jpeg", out) ? out.toByteArray() : null;
  }
}
