package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.job.JobSource;
import java.util.Optional;

/**
 * The Renderer's checkpoint: what an attempt leaves so that the next one never pays twice.
 *
 * @param started whether a call that may cost money was begun
 * @param provider the provider's own checkpoint
 * @param done the pictures, once they are stored
 */
record RenderRecord(boolean started, Optional<String> provider, Optional<RenderResult> done) {
  static final RenderRecord NOTHING = new RenderRecord(false, Optional.empty(), Optional.empty());
  static final RenderRecord STARTED = new RenderRecord(true, Optional.empty(), Optional.empty());

  RenderRecord {
    requireNonNull(provider, "provider");
    requireNonNull(done, "done");
  }

  static RenderRecord of(Optional<String> checkpoint) {
    return checkpoint
        .filter(text -> !text.isEmpty())
        .map(text -> Codec.read(text, RenderRecord.class))
        .orElse(NOTHING);
  }

  RenderRecord withProvider(String text) {
    return new RenderRecord(started, Optional.of(text), done);
  }

  /**
   * All that is left to do is to settle; so what only a person would miss gives way to the limit.
   */
  RenderRecord withDone(RenderResult result) {
    RenderRecord all = new RenderRecord(started, Optional.empty(), Optional.of(result));
    return all.text().length() <= JobSource.MAX_CHECKPOINT
        ? all
        : new RenderRecord(started, Optional.empty(), Optional.of(result.withoutWords()));
  }

  String text() {
    return equals(NOTHING) ? "" : Codec.text(this);
  }
}
