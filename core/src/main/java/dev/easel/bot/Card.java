package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.UserRef;
import dev.easel.image.ImageTask;
import dev.easel.job.JobId;
import dev.easel.store.ImageRef;
import java.util.List;

/**
 * What the buttons under one message of the bot are about.
 *
 * @param job whose message it is
 * @param task what was asked for
 * @param images the pictures that the message shows; empty until they are made
 */
record Card(
    JobId job, UserRef owner, ConversationRef where, ImageTask task, List<ImageRef> images) {
  Card {
    requireNonNull(job, "job");
    requireNonNull(owner, "owner");
    requireNonNull(where, "where");
    requireNonNull(task, "task");
    images = List.copyOf(images);
  }

  /**
   * Whether a person there may press: the owner, or whoever is in the conversation if it is
   * private, as its user may change, or if the owner is nobody in particular.
   */
  boolean belongsTo(UserRef user, ConversationRef here) {
    boolean own = owner.transport().equals(user.transport()) && owner.id().equals(user.id());
    boolean everybodys = where.kind() == ConversationRef.Kind.PRIVATE || owner.collective();
    return own || everybodys && where.equals(here);
  }
}
