package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ImageTask;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import java.util.Optional;

/**
 * What a program asks an {@link ImageService} for.
 *
 * @param id made from what caused the order, so that ordering again after a lost answer orders
 *     nothing twice
 * @param requester whom fairness and limits are for
 * @param deliverTo the name of the {@link ImageService#onResult} handler that gets the result;
 *     empty: only the ticket
 * @param context the program's own, given back with the result: at most {@link #MAX_CONTEXT} UTF-16
 *     units
 */
public record Order(
    JobId id, ImageTask task, GroupId requester, Optional<String> deliverTo, String context) {
  public static final int MAX_CONTEXT = 4096;

  public Order {
    requireNonNull(id, "id");
    requireNonNull(task, "task");
    requireNonNull(requester, "requester");
    requireNonNull(deliverTo, "deliverTo");
    requireNonNull(context, "context");
    if (context.length() > MAX_CONTEXT) {
      throw new IllegalArgumentException(
          "a context has at most " + MAX_CONTEXT + " characters, this one has " + context.length());
    }
  }

  public static Order of(String id, ImageTask task, String requester) {
    return new Order(JobId.of(id), task, GroupId.of(requester), Optional.empty(), "");
  }

  /** Has the result handed to a handler, whichever process hosts it, also after a restart. */
  public Order deliverTo(String name, String ownContext) {
    return new Order(id, task, requester, Optional.of(name), ownContext);
  }
}
