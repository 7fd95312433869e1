package dev.easel.http;

import dev.easel.image.RenderContext;
import dev.easel.store.ImageInfo;
import dev.easel.store.MediaType;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes on how a picture looks so far, made small enough, at most once a second. */
final class Previews {
  private static final Logger log = LoggerFactory.getLogger(Previews.class);
  private static final int MAX_SIDE = 512;
  private static final int MAX_BYTES = 128 * 1024;
  private static final long MAX_PIXELS = 20_000_000;
  private static final long PAUSE_NANOS = 900_000_000;

  private final RenderContext context;
  private long last;
  private boolean any;

  Previews(RenderContext context) {
    this.context = context;
  }

  synchronized void show(byte[] picture) {
    Optional<ImageInfo> info = ImageInfo.read(picture);
    if (info.isEmpty() || any && System.nanoTime() - last < PAUSE_NANOS) {
      return;
    }
    try {
      if (Math.max(info.get().width(), info.get().height()) <= MAX_SIDE
          && picture.length <= MAX_BYTES) {
        context.preview(picture, info.get().type());
      } else if (info.get().pixels() <= MAX_PIXELS && canDecode(info.get().type())) {
        context.preview(shrunk(picture), MediaType.JPEG);
      } else {
        return;
      }
      any = true;
      last = System.nanoTime();
    } catch (IOException e) {
      // a preview is a courtesy: the picture itself goes on
      log.debug("A preview cannot be read: job={}", context.job(), e);
    }
  }

  private static boolean canDecode(MediaType type) {
    return type == MediaType.PNG || type == MediaType.JPEG;
  }

  private static byte[] shrunk(byte[] picture) throws IOException {
    BufferedImage in = Bitmaps.read(picture);
    double scale = Math.min(1, (double) MAX_SIDE / Math.max(in.getWidth(), in.getHeight()));
    int width = Math.max(1, (int) (in.getWidth() * scale));
    int height = Math.max(1, (int) (in.getHeight() * scale));
    BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = out.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(in, 0, 0, width, height, null);
    g.dispose();
    return Bitmaps.write(out, "jpg");
  }
}
