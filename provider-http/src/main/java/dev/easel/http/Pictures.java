package dev.easel.http;

import dev.easel.image.ImageTask;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderContext;
import dev.easel.image.RenderedImage;
import dev.easel.image.Size;
import dev.easel.store.ImageInfo;
import dev.easel.store.ImageRef;
import dev.easel.store.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.Set;

/** Pictures on their way in and out, looked at before they are taken. Their bytes never change. */
final class Pictures {
  /** A smaller side is a placeholder, not a picture. */
  static final int MIN_SIDE = 8;

  private static final int MAX_WORDS = ImageTask.MAX_PROMPT;

  private final Failures failures;
  private final long maxPixels;
  private final long maxBytes;

  Pictures(Failures failures, HttpAccess access) {
    this.failures = failures;
    this.maxPixels = access.maxPixels();
    this.maxBytes = access.maxPictureBytes();
  }

  /** A result. */
  RenderedImage accept(
      byte[] bytes, Optional<Long> seed, Optional<String> revisedPrompt, boolean filtered) {
    ImageInfo info =
        ImageInfo.read(bytes)
            .orElseThrow(
                () ->
                    billed(
                        bytes.length == 0 ? Kind.NO_IMAGE : Kind.PROTOCOL,
                        "the result is no picture of a known kind"));
    if (info.pixels() > maxPixels || Math.max(info.width(), info.height()) > Size.MAX_SIDE) {
      throw billed(
          Kind.PROTOCOL,
          "the result has " + info.width() + "x" + info.height() + " pixels, more than are taken");
    }
    if (Math.min(info.width(), info.height()) < MIN_SIDE) {
      throw billed(
          Kind.NO_IMAGE,
          "the result is a placeholder of " + info.width() + "x" + info.height() + " pixels");
    }
    // a result travels with its job, which has a limit
    Optional<String> words =
        revisedPrompt.map(text -> text.substring(0, Math.min(MAX_WORDS, text.length())));
    return new RenderedImage(bytes, info, seed, words, filtered);
  }

  /** What a task starts from: a picture of a kind that the service reads. */
  byte[] input(RenderContext context, ImageRef image, Set<MediaType> types) {
    byte[] bytes = read(context, image);
    if (ImageInfo.read(bytes).map(info -> types.contains(info.type())).orElse(false)) {
      return bytes;
    }
    throw failures
        .builder(Kind.INVALID_REQUEST, "takes pictures of other kinds only: " + types)
        .field("image")
        .build();
  }

  private byte[] read(RenderContext context, ImageRef image) {
    try (InputStream in = context.input(image)) {
      byte[] bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, maxBytes + 1));
      if (bytes.length > maxBytes) {
        throw failures.builder(Kind.TOO_LARGE, "a picture is too large").field("image").build();
      }
      return bytes;
    } catch (IOException e) {
      throw ProviderException.builder(Kind.UNAVAILABLE, "a picture to start from cannot be read")
          .cause(e)
          .build();
    }
  }

  private ProviderException billed(Kind kind, String message) {
    return failures.builder(kind, message).mayBeBilled(true).build();
  }
}
