package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.easel.job.Beat;
import dev.easel.job.Beats;
import dev.easel.job.Claimed;
import dev.easel.job.Ended;
import dev.easel.job.Exchange;
import dev.easel.job.JobId;
import dev.easel.job.JobSource;
import dev.easel.job.Lane;
import dev.easel.job.Lease;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.Reason;
import dev.easel.job.SettleAnswer;
import dev.easel.job.Settlement;
import dev.easel.job.WorkerId;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;

/** Claims, renews and settles. */
final class RedisSource implements JobSource {
  private static final int MAX_DONE = 100;
  private static final int MAX_WANT = 100;
  private static final int MAX_HELD = 1000;
  private static final long SEEN_NANOS = Duration.ofSeconds(5).toNanos();
  private static final double AS_SAID = -1;

  private final Queue queue;
  private final Doorbell doorbell;
  private final Map<String, Long> seen = new ConcurrentHashMap<>();

  /** Who claims from a lane; a process has one. */
  private final Map<Lane, WorkerId> claimers = new ConcurrentHashMap<>();

  RedisSource(Queue queue, Doorbell doorbell) {
    this.queue = queue;
    this.doorbell = doorbell;
  }

  @Override
  public Exchange exchange(
      WorkerId me, Lane lane, List<Settlement> done, int want, Duration maxWait)
      throws InterruptedException {
    requireNonNull(me, "me");
    requireNonNull(lane, "lane");
    requireNonNull(maxWait, "maxWait");
    if (want < 0 || want > MAX_WANT || done.size() > MAX_DONE) {
      throw new IllegalArgumentException(
          "want must be 0 to %d and done at most %d: %d, %d"
              .formatted(MAX_WANT, MAX_DONE, want, done.size()));
    }
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (want > 0) {
      claimers.put(lane, me);
    }
    boolean waits = want > 0 && !maxWait.isNegative() && !maxWait.isZero();
    List<SettleAnswer> settled = List.of();
    if (!waits || !done.isEmpty() || !doorbell.isQuiet(lane)) {
      Exchange first = ask(me, lane, done, want);
      if (!waits || !first.claimed().isEmpty()) {
        return first;
      }
      settled = first.settled();
    }
    long deadline = System.nanoTime() + nanos(maxWait);
    while (true) {
      List<Claimed> claimed;
      try {
        claimed = await(me, lane, want, deadline);
      } catch (TimeoutException e) {
        break;
      } catch (QueueException e) {
        if (settled.isEmpty()) {
          throw e;
        }
        break; // the settlements were taken: say so
      }
      if (!claimed.isEmpty()) {
        return new Exchange(claimed, settled);
      }
    }
    return new Exchange(List.of(), settled);
  }

  /** Waits for the bell and for what is claimed then: nothing, if others were faster. */
  private List<Claimed> await(WorkerId me, Lane lane, int want, long deadline)
      throws InterruptedException, TimeoutException {
    var waiter =
        new Bell.Waiter(
            me,
            want,
            deadline,
            line ->
                line.submit(
                    Queue.act("exchange"),
                    ScriptOutputType.MULTI,
                    queue.prefixKey(),
                    exchangeArgs(lane, want, mark(me), "", List.of())),
            late -> release(lane, late));
    Optional<List<Object>> answer = doorbell.await(lane, waiter);
    return answer.isPresent()
        ? claimedOrExpected(lane, want, answer.get())
        : ask(me, lane, List.of(), want).claimed();
  }

  private Exchange ask(WorkerId me, Lane lane, List<Settlement> done, int want) {
    if (done.isEmpty() && want == 0) {
      return new Exchange(List.of(), List.of());
    }
    String worker = want > 0 ? nameUnlessSeen(me, lane) : "";
    CompletableFuture<List<Object>> sent = send(exchangeArgs(lane, want, mark(me), worker, done));
    List<Object> answer;
    try {
      answer = queue.line().await(sent);
    } catch (Line.SilentException e) {
      sent.thenAccept(late -> release(lane, late)); // nobody is there any more to work on them
      throw Failures.ofQueue(e);
    } catch (RedisException e) {
      throw Failures.ofQueue(e);
    }
    return new Exchange(claimedOrExpected(lane, want, answer), settled((byte[]) answer.get(0)));
  }

  private List<Claimed> claimedOrExpected(Lane lane, int want, List<Object> answer) {
    List<Claimed> claimed = claimed(lane, answer);
    if (want > 0 && claimed.isEmpty()) {
      doorbell.expect((Long) answer.get(1));
    }
    return claimed;
  }

  private void release(Lane lane, List<Object> late) {
    List<Settlement> released = new ArrayList<>();
    for (Claimed claimed : claimed(lane, late)) {
      released.add(new Settlement.Released(claimed.lease()));
    }
    if (!released.isEmpty()) {
      send(exchangeArgs(lane, 0, new byte[4], "", released));
    }
  }

  private CompletableFuture<List<Object>> send(byte[][] args) {
    return queue
        .line()
        .start(Queue.act("exchange"), ScriptOutputType.MULTI, queue.prefixKey(), args);
  }

  /** A worker is counted among the living for a minute, so it need not say its name each time. */
  private String nameUnlessSeen(WorkerId me, Lane lane) {
    String key = lane.name() + " " + me.value();
    long now = System.nanoTime();
    Long last = seen.get(key);
    if (last != null && now - last < SEEN_NANOS) {
      return "";
    }
    if (seen.size() > 10_000) {
      seen.clear(); // whoever makes so many workers of one process
    }
    seen.put(key, now);
    return me.value();
  }

  static byte[] mark(WorkerId worker) {
    CRC32 crc = new CRC32();
    crc.update(worker.value().getBytes(UTF_8));
    return Args.buffer(4).putInt((int) crc.getValue()).array();
  }

  private static byte[][] exchangeArgs(
      Lane lane, int want, byte[] mark, String worker, List<Settlement> done) {
    Args args = Args.of(lane, want).add(mark).add(worker);
    for (Settlement settlement : done) {
      args.add(settlement.lease().job().value());
      add(settlement, args);
    }
    return args.toArray();
  }

  private static void add(Settlement settlement, Args args) {
    Lease lease = settlement.lease();
    if (settlement instanceof Settlement.Done done) {
      args.add(numbers(1, lease, done.cost().orElse(AS_SAID), 0))
          .add(JobRecord.outcome(done.result()));
    } else if (settlement instanceof Settlement.Failed failed) {
      args.add(numbers(2, lease, failed.cost().orElse(AS_SAID), 0))
          .add(JobRecord.outcome(failed.reason()));
    } else if (settlement instanceof Settlement.Retry retry) {
      args.add(numbers(3, lease, JobRecord.millis(retry.after()), retry.countsAsAttempt() ? 1 : 0))
          .add(JobRecord.outcome(retry.reason()));
    } else if (settlement instanceof Settlement.Parked parked) {
      args.add(numbers(4, lease, JobRecord.millis(parked.checkAfter()), 0)).add("");
    } else if (settlement instanceof Settlement.Released) {
      args.add(numbers(5, lease, 0, 0)).add("");
    } else {
      args.add(numbers(6, lease, 0, 0)).add(JobRecord.outcome(Reason.of(Reason.CANCELLED, "")));
    }
  }

  private static byte[] numbers(int kind, Lease lease, double a, double b) {
    return Args.buffer(25)
        .put((byte) kind)
        .putDouble(lease.token())
        .putDouble(a)
        .putDouble(b)
        .array();
  }

  private static List<SettleAnswer> settled(byte[] letters) {
    List<SettleAnswer> answers = new ArrayList<>(letters.length);
    for (byte letter : letters) {
      answers.add(letter == 'T' ? SettleAnswer.TAKEN : SettleAnswer.LOST);
    }
    return answers;
  }

  private static List<Claimed> claimed(Lane lane, List<Object> answer) {
    Instant until = Instant.ofEpochMilli((Long) answer.get(2));
    List<Claimed> claimed = new ArrayList<>(answer.size() - 3);
    for (Object row : answer.subList(3, answer.size())) {
      List<Object> parts = Queue.nested(row);
      JobRecord job =
          JobRecord.read(
              JobId.of(Queue.utf8(parts.get(0))), (byte[]) parts.get(1), (byte[]) parts.get(2));
      Optional<String> checkpoint = Optional.ofNullable(parts.get(3)).map(Queue::utf8);
      Optional<Ended> after =
          Optional.ofNullable(parts.get(4)).map(raw -> followed(job, (byte[]) raw));
      Payload body = after.map(Ended::body).orElseGet(() -> job.body().orElseThrow().payload());
      Lease lease = new Lease(job.id(), lane, job.token(), job.attempt(), until);
      claimed.add(
          new Claimed(lease, job.group(), body, job.retry(), checkpoint, job.cancelAsked(), after));
    }
    return claimed;
  }

  private static Ended followed(JobRecord followUp, byte[] raw) {
    String id = followUp.id().value();
    int suffix = followUp.id().followUp().value().length() - id.length();
    return JobRecord.read(JobId.of(id.substring(0, id.length() - suffix)), raw).ended();
  }

  @Override
  public Beats renew(List<Beat> held) {
    if (held.size() > MAX_HELD) {
      throw new IllegalArgumentException(
          "at most " + MAX_HELD + " beats at once, these are " + held.size());
    }
    if (held.isEmpty()) {
      return Beats.NOTHING;
    }
    Args args = new Args();
    Map<Lane, WorkerId> unsaid = new HashMap<>(claimers);
    for (Beat beat : held) {
      WorkerId worker = unsaid.remove(beat.lease().lane());
      args.add(beat.lease().job().value())
          .numbers(beat.lease().token())
          .add(beat.progress().map(Status::write).orElse(""))
          .add(worker == null ? "" : worker.value());
    }
    List<Object> answer = queue.list("renew", args);
    return new Beats(ids(answer.get(0)), ids(answer.get(1)));
  }

  private static Set<JobId> ids(Object list) {
    Set<JobId> ids = new HashSet<>();
    for (Object id : Queue.nested(list)) {
      ids.add(JobId.of(Queue.utf8(id)));
    }
    return ids;
  }

  @Override
  public boolean checkpoint(Lease lease, String text) {
    if (text.length() > MAX_CHECKPOINT) {
      throw new IllegalArgumentException(
          "a checkpoint has at most "
              + MAX_CHECKPOINT
              + " characters, this one has "
              + text.length());
    }
    Args args = Args.of(lease.job()).numbers(lease.token()).add(text);
    return queue.number("checkpoint", args) == 1;
  }

  private static long nanos(Duration time) {
    return time.compareTo(Duration.ofDays(1)) > 0 ? Duration.ofDays(1).toNanos() : time.toNanos();
  }
}
