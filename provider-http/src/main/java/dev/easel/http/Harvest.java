package dev.easel.http;

import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import dev.easel.image.RenderedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of one task as they come in. One that was paid is not given up because another is
 * spoilt or missing.
 */
final class Harvest {
  /** Brings one picture. */
  interface Source {
    RenderedImage get() throws InterruptedException;
  }

  private final int wanted;
  private final List<RenderedImage> images = new ArrayList<>();
  private final List<ProviderException> failures = new ArrayList<>();

  Harvest(int wanted) {
    this.wanted = wanted;
  }

  /** Takes one picture, or keeps why there is none. */
  void take(Source source) throws InterruptedException {
    try {
      images.add(source.get());
    } catch (ProviderException e) {
      missing(e);
    }
  }

  /** Takes one that can be fetched again: a failure that passes is thrown. */
  void takeOrComeAgain(Source source) throws InterruptedException {
    try {
      images.add(source.get());
    } catch (ProviderException e) {
      if (isPassing(e) || e.kind() == Kind.TIMEOUT) { // the time of this attempt was over
        throw e;
      }
      missing(e);
    }
  }

  void missing(ProviderException why) {
    failures.add(why);
  }

  boolean isComplete() {
    return images.size() >= wanted;
  }

  /** Whether asking again later may bring what did not come now. */
  static boolean isPassing(ProviderException e) {
    return e.kind().retryable();
  }

  /**
   * All that came, with a warning if something is missing.
   *
   * @throws ProviderException why there is nothing; {@code NO_IMAGE} if nobody said why
   */
  List<RenderedImage> images(Wishes wishes, Failures provider) {
    if (images.isEmpty()) {
      throw failures.isEmpty()
          ? provider
              .builder(Kind.NO_IMAGE, "said success, but sent no picture")
              .mayBeBilled(true)
              .build()
          : failures.get(0);
    }
    if (images.size() < wanted) {
      Kind why = failures.isEmpty() ? Kind.NO_IMAGE : failures.get(0).kind();
      wishes.warn(fewer(images.size(), wanted, why));
    }
    return List.copyOf(images);
  }

  static String fewer(int made, int wanted, Kind why) {
    return "Only %d of %d pictures were made: %s.".formatted(made, wanted, why.code());
  }
}
