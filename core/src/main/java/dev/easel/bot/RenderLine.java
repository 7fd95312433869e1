package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ImageTask;
import dev.easel.job.Accepted;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobQueue;
import dev.easel.job.Lane;
import dev.easel.job.NewJob;
import dev.easel.job.Then;
import dev.easel.store.ImageStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Puts tasks into the render lane, and keeps what they start from as long as they may wait. */
final class RenderLine {
  /** Expected seconds of a picture, until real times correct them. */
  private static final double SECONDS_PER_PICTURE = 5;

  /** Attempts go on for a while after the wait is over. */
  private static final Duration ATTEMPTS = Duration.ofHours(2);

  private final JobQueue queue;
  private final ImageStore images;
  private final InstantSource time;
  private final Duration timeToLive;

  RenderLine(JobQueue queue, ImageStore images, InstantSource time, Duration timeToLive) {
    this.queue = requireNonNull(queue, "queue");
    this.images = requireNonNull(images, "images");
    this.time = requireNonNull(time, "time");
    this.timeToLive = requireNonNull(timeToLive, "timeToLive");
  }

  Accepted accept(
      JobId id, GroupId requester, ImageTask task, String context, Optional<Then> then) {
    NewJob job =
        NewJob.of(
                id,
                Lane.RENDER,
                requester,
                Codec.REQUEST.write(new RenderRequest(task, context, time.instant())))
            .withCost(SECONDS_PER_PICTURE * task.options().n())
            .withTimeToLive(timeToLive);
    Duration needed = timeToLive.plus(ATTEMPTS);
    task.inputs().forEach(image -> images.keep(image.id(), needed));
    return queue.accept(then.map(job::then).orElse(job));
  }
}
