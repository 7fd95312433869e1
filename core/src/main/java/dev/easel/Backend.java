package dev.easel;

import dev.easel.chat.Timelines;
import dev.easel.job.JobQueue;
import dev.easel.job.JobSource;
import dev.easel.job.QueueAdmin;
import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageStore;
import dev.easel.store.StateStore;
import java.time.InstantSource;

/**
 * Everything a bot keeps, in one place. Moving from one process to many is changing the line that
 * makes it. Thread-safe; whoever opened it closes it, after the bots that use it.
 */
public interface Backend extends AutoCloseable {
  JobQueue queue();

  JobSource source();

  QueueAdmin admin();

  RateLimiter limiter();

  StateStore state();

  ImageStore images();

  Timelines timelines();

  /** The clock to show times by; it decides nothing about leases where a server does. */
  InstantSource time();

  /** Whether what was accepted outlives this process. */
  boolean durable();

  @Override
  void close();
}
