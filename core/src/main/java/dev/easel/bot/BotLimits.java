package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.image.ImageTask;
import dev.easel.job.LanePolicy;
import java.time.Duration;

/**
 * What people may ask for.
 *
 * @param jobsPerMinute pictures that one person may ask for in a minute; 0: as many as they like
 * @param waitingPerUser jobs of one person that have not begun
 * @param runningPerUser jobs of one person that are worked on at once
 * @param queue jobs of all people that have not ended
 * @param eventsPerConversation messages of one conversation that have not been handled
 * @param promptLength in UTF-16 units, at most {@link ImageTask#MAX_PROMPT}
 * @param waitAtMost a job that was not begun within it is given up
 */
public record BotLimits(
    int jobsPerMinute,
    int waitingPerUser,
    int runningPerUser,
    int queue,
    int eventsPerConversation,
    int promptLength,
    Duration waitAtMost) {
  /** 10 a minute, 3 waiting, 1 running, 10,000 in all, 20 messages, 4,000 characters, 24 hours. */
  public static final BotLimits DEFAULT =
      new BotLimits(10, 3, 1, 10_000, 20, ImageTask.MAX_PROMPT, Duration.ofHours(24));

  public BotLimits {
    requireNonNull(waitAtMost, "waitAtMost");
    if (jobsPerMinute < 0
        || waitingPerUser < 1
        || runningPerUser < 1
        || queue < 1
        || eventsPerConversation < 1) {
      throw new IllegalArgumentException(
          "limits must be at least 1 (jobsPerMinute 0): jobsPerMinute=%d waitingPerUser=%d runningPerUser=%d queue=%d eventsPerConversation=%d"
              .formatted(
                  jobsPerMinute, waitingPerUser, runningPerUser, queue, eventsPerConversation));
    }
    if (promptLength < 1 || promptLength > ImageTask.MAX_PROMPT) {
      throw new IllegalArgumentException(
          "promptLength must be 1 to " + ImageTask.MAX_PROMPT + ", was " + promptLength);
    }
    if (waitAtMost.isNegative() || waitAtMost.isZero()) {
      throw new IllegalArgumentException("waitAtMost must be above zero, was " + waitAtMost);
    }
  }

  /** How the backend keeps to them, where pictures are waited for. */
  LanePolicy renderPolicy() {
    return LanePolicy.DEFAULT
        .withMaxJobs(queue)
        .withMaxJobsPerGroup(waitingPerUser)
        .withInFlightPerGroup(runningPerUser);
  }

  public BotLimits withJobsPerMinute(int jobs) {
    return new BotLimits(
        jobs,
        waitingPerUser,
        runningPerUser,
        queue,
        eventsPerConversation,
        promptLength,
        waitAtMost);
  }

  public BotLimits withWaitingPerUser(int jobs) {
    return new BotLimits(
        jobsPerMinute,
        jobs,
        runningPerUser,
        queue,
        eventsPerConversation,
        promptLength,
        waitAtMost);
  }

  public BotLimits withRunningPerUser(int jobs) {
    return new BotLimits(
        jobsPerMinute,
        waitingPerUser,
        jobs,
        queue,
        eventsPerConversation,
        promptLength,
        waitAtMost);
  }

  public BotLimits withQueue(int jobs) {
    return new BotLimits(
        jobsPerMinute,
        waitingPerUser,
        runningPerUser,
        jobs,
        eventsPerConversation,
        promptLength,
        waitAtMost);
  }

  public BotLimits withEventsPerConversation(int events) {
    return new BotLimits(
        jobsPerMinute, waitingPerUser, runningPerUser, queue, events, promptLength, waitAtMost);
  }

  public BotLimits withPromptLength(int characters) {
    return new BotLimits(
        jobsPerMinute,
        waitingPerUser,
        runningPerUser,
        queue,
        eventsPerConversation,
        characters,
        waitAtMost);
  }

  public BotLimits withWaitAtMost(Duration time) {
    return new BotLimits(
        jobsPerMinute,
        waitingPerUser,
        runningPerUser,
        queue,
        eventsPerConversation,
        promptLength,
        time);
  }
}
