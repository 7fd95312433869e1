package dev.easel.memory;

import dev.easel.job.WorkerId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who claims from a lane, and how fast they are. */
final class Workers {
  /** One that was not seen for so long, in milliseconds, is gone. */
  static final long GONE_AFTER = 60_000;

  private static final double SMOOTHING = 0.2;

  private final Map<WorkerId, Worker> seen = new LinkedHashMap<>();
  private double averageRun = -1;

  /** Somebody asks for jobs. */
  Worker asks(WorkerId id, int want, long now) {
    Worker worker = seen.get(id);
    if (worker == null) {
      forgetGone(now);
      worker = new Worker(id);
      seen.put(id, worker);
    }
    worker.lastSeen = now;
    worker.slots = worker.running + want;
    return worker;
  }

  void ran(long millis) {
    averageRun = averageRun < 0 ? millis : averageRun + SMOOTHING * (millis - averageRun);
  }

  /** How many jobs all of them take at once; 0 if there is nobody. */
  int slots(long now) {
    int slots = 0;
    for (Worker worker : seen.values()) {
      if (isAlive(worker, now)) {
        slots += Math.max(1, worker.slots);
      }
    }
    return slots;
  }

  /** How long a job runs, in milliseconds; empty until one was observed. */
  @Nullable Double averageRun() {
    return averageRun < 0 ? null : averageRun;
  }

  List<Worker> alive(long now) {
    return seen.values().stream().filter(worker -> isAlive(worker, now)).toList();
  }

  /** One that was silent for long may come back to the jobs it holds. */
  private void forgetGone(long now) {
    seen.values().removeIf(worker -> worker.running == 0 && !isAlive(worker, now));
  }

  private static boolean isAlive(Worker worker, long now) {
    return now - worker.lastSeen <= GONE_AFTER;
  }
}
