package dev.easel.redis;

import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.JobStatus;
import dev.easel.job.Progress;
import dev.easel.job.Wait;
import dev.easel.store.ImageId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Reads what {@code status()} in {@code queue.lua} says of a job. */
final class Status {
  private Status() {}

  static JobStatus of(List<Object> parts) {
    JobRecord job = JobRecord.read(JobId.of(Queue.utf8(parts.get(0))), (byte[]) parts.get(1));
    int ahead = (int) Math.min(Integer.MAX_VALUE, (Long) parts.get(3));
    return new JobStatus(
        job.id(),
        job.lane(),
        job.group(),
        job.state(),
        job.attempt(),
        ahead,
        estimate(job.state(), ahead, (Long) parts.get(4), (Long) parts.get(5), (Long) parts.get(6)),
        progress(Queue.utf8(parts.get(2))),
        job.cancelAsked(),
        job.result(),
        job.reason());
  }

  private static Wait estimate(
      JobState state, int ahead, long workers, long running, long meanMillis) {
    if (state != JobState.WAITING) {
      return new Wait.Unknown();
    }
    if (workers == 0) {
      return new Wait.NoWorkers();
    }
    if (meanMillis == 0) {
      return new Wait.Unknown();
    }
    // a worker may do several at once: as many as run now are surely possible
    return new Wait.About(
        Duration.ofMillis((ahead + 1L) * meanMillis / Math.max(workers, running)));
  }

  static String write(Progress progress) {
    return progress.fraction().map(String::valueOf).orElse("")
        + " "
        + progress.preview().map(ImageId::value).orElse("");
  }

  private static Progress progress(String text) {
    int space = text.indexOf(' ');
    if (space < 0) {
      return Progress.NONE;
    }
    String fraction = text.substring(0, space);
    String preview = text.substring(space + 1);
    return new Progress(
        fraction.isEmpty() ? Optional.empty() : Optional.of(Double.valueOf(fraction)),
        preview.isEmpty() ? Optional.empty() : Optional.of(new ImageId(preview)));
  }
}
