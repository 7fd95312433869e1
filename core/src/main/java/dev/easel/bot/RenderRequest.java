package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ImageTask;
import java.time.Instant;

/**
 * What a render job carries.
 *
 * @param context the asker's own, given back with the result
 */
record RenderRequest(ImageTask task, String context, Instant askedAt) {
  RenderRequest {
    requireNonNull(task, "task");
    requireNonNull(context, "context");
    requireNonNull(askedAt, "askedAt");
  }
}
