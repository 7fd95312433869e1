package dev.easel.redis;

import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.Versioned;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Small states, each a key of its own that Redis lets expire. */
final class RedisStates implements StateStore {
  private static final Script PUT = Script.of("put-state");
  private static final Script REMOVE = Script.of("remove-state");

  /** States up to this size are taken even when Redis is full: deliveries need them. */
  private static final int ALWAYS_BYTES = 4 * 1024;

  private final Queue queue;

  RedisStates(Queue queue) {
    this.queue = queue;
  }

  @Override
  public Optional<Versioned> get(Key key) {
    byte[] raw = call(() -> queue.line().call(c -> c.get(nameOf(key))));
    if (raw == null) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    long version = (long) in.getDouble();
    byte[] value = new byte[in.remaining()];
    in.get(value);
    return Optional.of(new Versioned(value, version));
  }

  @Override
  public Optional<Long> put(Key key, byte[] value, Duration timeToLive, Expect expect) {
    if (value.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a state has at most " + MAX_BYTES + " bytes, this one has " + value.length);
    }
    if (timeToLive.isNegative() || timeToLive.isZero()) {
      throw new IllegalArgumentException("timeToLive must be above zero, was " + timeToLive);
    }
    Args args =
        new Args()
            .add(value)
            .add(String.valueOf((long) JobRecord.millis(timeToLive)))
            .add(text(expect))
            .add(value.length <= ALWAYS_BYTES ? "1" : "0");
    long version = run(PUT, key, args);
    return version == 0 ? Optional.empty() : Optional.of(version);
  }

  @Override
  public boolean remove(Key key, Expect expect) {
    return run(REMOVE, key, Args.of(text(expect))) == 1;
  }

  private long run(Script script, Key key, Args args) {
    return this.<Long>call(
        () ->
            queue
                .line()
                .run(
                    script,
                    ScriptOutputType.INTEGER,
                    queue.prefixAnd(List.of(nameOf(key))),
                    args.toArray()));
  }

  private <T> T call(java.util.function.Supplier<T> call) {
    try {
      return call.get();
    } catch (RedisException e) {
      throw Failures.ofStore(e);
    }
  }

  private byte[] nameOf(Key key) {
    return queue.key("s:" + key.space() + "/" + key.name()); // a space has no slash
  }

  private static String text(Expect expect) {
    if (expect instanceof Expect.Version version) {
      return String.valueOf(version.number());
    }
    return expect instanceof Expect.Absent ? "absent" : "any";
  }
}
