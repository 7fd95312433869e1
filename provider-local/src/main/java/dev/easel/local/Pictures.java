package dev.easel.local;

import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.local.filter.Raster;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.function.BooleanSupplier;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Reads what people send and writes what we made; everything in memory, nothing on disk. */
final class Pictures {
  /** The largest input, in bytes. */
  static final int MAX_BYTES = 32 * 1024 * 1024;

  /** The largest input, in pixels. */
  static final long MAX_PIXELS = 16_777_216;

  private static final int PREVIEW_SIDE = 320;

  private Pictures() {}

  /** The bytes of an input, and what their head says. */
  record Source(byte[] bytes, ImageInfo info) {}

  /**
   * Reads an input without decoding it.
   *
   * @throws ProviderException if it is none that can be decoded here
   */
  static Source read(ImageRef ref, RenderContext context) {
    byte[] bytes;
    try (InputStream in = context.input(ref)) {
      bytes = in.readNBytes(MAX_BYTES + 1);
    } catch (IOException e) {
      throw ProviderException.of(Kind.INVALID_REQUEST, "the picture cannot be read", e);
    }
    if (bytes.length > MAX_BYTES) {
      throw tooLarge("the picture has more than " + MAX_BYTES / 1024 / 1024 + " MB");
    }
    ImageInfo info =
        ImageInfo.read(bytes).orElseThrow(() -> invalid("the input is no picture of a known kind"));
    if (info.type() != MediaType.PNG && info.type() != MediaType.JPEG) {
      throw ProviderException.builder(
              Kind.UNSUPPORTED,
              "only PNG and JPEG can be worked on here, this picture is " + info.type())
          .field("image")
          .build();
    }
    if (info.pixels() > MAX_PIXELS) {
      throw tooLarge(
          "the picture is %d x %d; at most %d megapixels are worked on here"
              .formatted(info.width(), info.height(), MAX_PIXELS >> 20));
    }
    return new Source(bytes, info);
  }

  /**
   * Decodes an input whose size was checked.
   *
   * @throws ProviderException {@code INVALID_REQUEST} if it is broken or of a rare kind
   */
  static Raster decode(Source source) {
    if (ImageInfo.hasTooManyScans(source.bytes())) {
      throw invalid("the picture comes in more than " + ImageInfo.MAX_SCANS + " scans");
    }
    ImageReader reader =
        ImageIO.getImageReadersByFormatName(source.info().type() == MediaType.PNG ? "png" : "jpeg")
            .next();
    try {
      reader.setInput(
          new MemoryCacheImageInputStream(new ByteArrayInputStream(source.bytes())), true, true);
      BufferedImage image = reader.read(0);
      if (image.getWidth() != source.info().width()
          || image.getHeight() != source.info().height()) {
        throw invalid("the picture's head and body disagree on its size");
      }
      return raster(image);
    } catch (IOException | RuntimeException e) { // readers also trip over broken input
      if (e instanceof ProviderException known) {
        throw known;
      }
      throw ProviderException.of(
          Kind.INVALID_REQUEST, "the picture is broken or of a kind that Java cannot decode", e);
    } finally {
      reader.dispose();
    }
  }

  static byte[] png(BufferedImage image, Work work) throws InterruptedException {
    byte[] bytes = write("png", image, 1, work::over);
    work.goOn();
    return bytes;
  }

  /** A small JPEG of a picture in the making. */
  static byte[] preview(BufferedImage image) {
    double scale =
        Math.min(1, (double) PREVIEW_SIDE / Math.max(image.getWidth(), image.getHeight()));
    int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = small.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.drawImage(image, 0, 0, width, height, null);
    g.dispose();
    return write("jpeg", small, 0.75f, () -> false);
  }

  private static Raster raster(BufferedImage image) {
    if (image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY) {
      return grey(image);
    }
    return Raster.of(image);
  }

  /** Takes the samples as they are: Java's own conversion would brighten them. */
  private static Raster grey(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int bands = image.getRaster().getNumBands();
    int bits = image.getSampleModel().getSampleSize(0);
    int most = (1 << bits) - 1;
    int[] samples = new int[width * bands];
    int[] argb = new int[width * height];
    boolean palette = image.getColorModel() instanceof IndexColorModel;
    if (palette) {
      return Raster.of(image);
    }
    for (int y = 0; y < height; y++) {
      image.getRaster().getPixels(0, y, width, 1, samples);
      for (int x = 0; x < width; x++) {
        int v = Math.round(samples[x * bands] * 255f / most);
        int a = bands > 1 ? Math.round(samples[x * bands + 1] * 255f / most) : 255;
        argb[y * width + x] = a << 24 | v << 16 | v << 8 | v;
      }
    }
    return new Raster(width, height, argb);
  }

  private static byte[] write(
      String format, BufferedImage image, float quality, BooleanSupplier over) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    writer.addIIOWriteProgressListener(
        new StopWriting() {
          @Override
          public void imageProgress(ImageWriter source, float percent) {
            if (over.getAsBoolean()) {
              source.abort(); // a large PNG takes seconds
            }
          }
        });
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(image.getWidth() * image.getHeight());
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam how = writer.getDefaultWriteParam();
      if (quality < 1) {
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(quality);
      }
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), how);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  static ProviderException invalid(String message) {
    return ProviderException.builder(Kind.INVALID_REQUEST, message).field("image").build();
  }

  static ProviderException tooLarge(String message) {
    return ProviderException.builder(Kind.TOO_LARGE, message).field("image").build();
  }
}
