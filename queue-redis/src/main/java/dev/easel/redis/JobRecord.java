package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.easel.job.Ended;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobState;
import dev.easel.job.Lane;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.Reason;
import dev.easel.job.Retry;
import dev.easel.job.Then;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Optional;

/**
 * A job as it stands in Redis: a header of fixed size that the scripts rewrite, then what never
 * changes, then its body, then how it ended. The scripts read all but the body's inside; the order
 * of fields is that of {@code HEADER} and {@code META} in {@code queue.lua}.
 *
 * @param max attempts
 * @param body absent in a follow-up, and in an ended job whose body nobody needs any more
 */
record JobRecord(
    JobId id,
    JobState state,
    int flags,
    int max,
    int spent,
    long token,
    Lane lane,
    GroupId group,
    Optional<Body> body,
    Optional<Payload> result,
    Optional<Reason> reason) {
  /** What a worker gets of a job. */
  record Body(Payload payload, Retry retry) {}

  private static final int HEADER_SIZE = 59;
  private static final JobState[] STATES = {
    JobState.WAITING,
    JobState.DELAYED,
    JobState.RUNNING,
    JobState.PARKED,
    JobState.SUCCEEDED,
    JobState.FAILED,
    JobState.CANCELLED,
    JobState.EXPIRED
  };
  private static final int CANCEL_ASKED = 1;
  private static final int CLAIMED = 8;
  private static final int FOLLOWS = 16;
  private static final int COUNTED = 1024;
  private static final byte RESULT = 1;
  private static final byte REASON = 2;

  static int codeOf(JobState state) {
    for (int i = 0; i < STATES.length; i++) {
      if (STATES[i] == state) {
        return i;
      }
    }
    throw new IllegalArgumentException("unknown state " + state);
  }

  boolean cancelAsked() {
    return (flags & CANCEL_ASKED) != 0 && !state.ended();
  }

  boolean follows() {
    return (flags & FOLLOWS) != 0;
  }

  int attempt() {
    if ((flags & COUNTED) != 0) {
      return spent;
    }
    return (flags & CLAIMED) != 0 ? spent + 1 : 0;
  }

  Ended ended() {
    return new Ended(id, state, body.orElseThrow().payload(), result, reason);
  }

  static JobRecord read(JobId id, byte[] raw) {
    return read(id, raw, raw);
  }

  /**
   * Reads a record.
   *
   * @param header in place of the record's own
   */
  static JobRecord read(JobId id, byte[] header, byte[] raw) {
    ByteBuffer head = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    JobState state = STATES[head.get()];
    int flags = head.getShort() & 0xffff;
    head.get(); // band
    int max = head.getShort() & 0xffff;
    int spent = head.getInt();
    head.getInt(); // bytes
    head.getDouble(); // number
    long token = (long) head.getDouble();

    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN).position(HEADER_SIZE);
    Lane lane = Lane.of(text(in, in.get() & 0xff));
    GroupId group = GroupId.of(text(in, in.getShort() & 0xffff));
    text(in, in.getShort() & 0xffff); // dedup key
    text(in, in.get() & 0xff); // the follow-up's lane and group
    text(in, in.getShort() & 0xffff);
    Optional<Body> body = body(in, in.getInt());
    Optional<Payload> result = Optional.empty();
    Optional<Reason> reason = Optional.empty();
    if (in.hasRemaining()) {
      if (in.get() == RESULT) {
        result = Optional.of(payload(in, in.remaining()));
      } else {
        String code = text(in, in.get() & 0xff);
        reason = Optional.of(Reason.of(code, text(in, in.remaining())));
      }
    }
    return new JobRecord(id, state, flags, max, spent, token, lane, group, body, result, reason);
  }

  private static Optional<Body> body(ByteBuffer in, int size) {
    if (size == 0) {
      return Optional.empty();
    }
    int end = in.position() + size;
    Duration base = Duration.ofMillis(in.getLong());
    Duration cap = Duration.ofMillis(in.getLong());
    int attempts = in.getShort() & 0xffff;
    Payload payload = payload(in, end - in.position());
    return Optional.of(new Body(payload, new Retry(attempts, base, cap)));
  }

  private static Payload payload(ByteBuffer in, int size) {
    int end = in.position() + size;
    String type = text(in, in.get() & 0xff);
    int version = in.getInt();
    byte[] bytes = new byte[end - in.position()];
    in.get(bytes);
    return new Payload(type, version, bytes);
  }

  private static String text(ByteBuffer in, int size) {
    String text = new String(in.array(), in.position(), size, UTF_8);
    in.position(in.position() + size);
    return text;
  }

  /** The numbers that {@code accept.lua} makes a header of. */
  static byte[] numbers(NewJob job) {
    return Args.buffer(31)
        .put((byte) job.band())
        .putShort((short) job.retry().maxAttempts())
        .putInt(job.body().size())
        .putDouble(job.cost())
        .putDouble(millis(job.delay()))
        .putDouble(millis(job.timeToLive()))
        .array();
  }

  /** What follows the header of a new job. */
  static byte[] tail(NewJob job) {
    byte[] lane = bytes(job.lane().name());
    byte[] group = bytes(job.group().value());
    byte[] dedup = job.whileActive().map(d -> bytes(d.key())).orElse(new byte[0]);
    byte[] thenLane = job.then().map(t -> bytes(t.lane().name())).orElse(new byte[0]);
    byte[] thenGroup = job.then().map(t -> bytes(t.group().value())).orElse(new byte[0]);
    byte[] type = bytes(job.body().type());
    int body = 8 + 8 + 2 + 1 + type.length + 4 + job.body().size();
    return Args.buffer(
            1
                + lane.length
                + 2
                + group.length
                + 2
                + dedup.length
                + 1
                + thenLane.length
                + 2
                + thenGroup.length
                + 4
                + body)
        .put((byte) lane.length)
        .put(lane)
        .putShort((short) group.length)
        .put(group)
        .putShort((short) dedup.length)
        .put(dedup)
        .put((byte) thenLane.length)
        .put(thenLane)
        .putShort((short) thenGroup.length)
        .put(thenGroup)
        .putInt(body)
        .putLong(job.retry().base().toMillis())
        .putLong(job.retry().cap().toMillis())
        .putShort((short) job.retry().maxAttempts())
        .put((byte) type.length)
        .put(type)
        .putInt(job.body().version())
        .put(job.body().bytes())
        .array();
  }

  /** How a job ended: with a result. */
  static byte[] outcome(Payload result) {
    byte[] type = bytes(result.type());
    return Args.buffer(1 + 1 + type.length + 4 + result.size())
        .put(RESULT)
        .put((byte) type.length)
        .put(type)
        .putInt(result.version())
        .put(result.bytes())
        .array();
  }

  /** How a job ended: without one. */
  static byte[] outcome(Reason reason) {
    byte[] code = bytes(reason.code());
    byte[] detail = bytes(reason.detail());
    return Args.buffer(2 + code.length + detail.length)
        .put(REASON)
        .put((byte) code.length)
        .put(code)
        .put(detail)
        .array();
  }

  Retry retry() {
    return follows() ? Then.RETRY : body.orElseThrow().retry();
  }

  /** Whole milliseconds, rounded up so that something stays something. */
  static double millis(Duration time) {
    double millis = time.getSeconds() * 1e3 + Math.ceil(time.getNano() / 1e6);
    return Math.min(millis, 1e14); // some thousand years: times in Redis stay exact
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
