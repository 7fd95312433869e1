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
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Puts tasks into the render lane. */
final class RenderLine {
  /** Expected seconds of a picture, until real times correct them. */
  private static final double SECONDS_PER_PICTURE = 5;

  private final JobQueue queue;
  private final InstantSource time;
  private final Duration timeToLive;

  RenderLine(JobQueue queue, InstantSource time, Duration timeToLive) {
    this.queue = requireNonNull(queue, "queue");
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
    return queue.accept(then.map(job::then).orElse(job));
  }
}
