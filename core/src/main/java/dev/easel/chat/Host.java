package dev.easel.chat;

import dev.easel.limit.RateLimiter;
import dev.easel.store.ImageStore;
import dev.easel.store.StateStore;
import java.time.InstantSource;

/** What a transport gets from the bot that hosts it. */
public interface Host {
  Inbox inbox();

  StateStore state();

  RateLimiter limiter();

  ImageStore images();

  Timelines timelines();

  InstantSource time();
}
