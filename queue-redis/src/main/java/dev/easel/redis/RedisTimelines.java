package dev.easel.redis;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.Timelines;
import dev.easel.chat.TransportId;
import dev.easel.store.Subscription;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Conversations' messages by revision. */
final class RedisTimelines implements Timelines {
  private static final int MAX_MESSAGE = 260;
  private static final int MAX_ROWS = 500;
  private static final Script PUT = Script.of("put-row");
  private static final Script SINCE = Script.of("since");

  private final Queue queue;
  private final Hints hints;

  RedisTimelines(Queue queue, Hints hints) {
    this.queue = queue;
    this.hints = hints;
  }

  @Override
  public long put(ConversationRef conversation, String message, byte[] state, Duration keep) {
    if (message.isEmpty() || message.length() > MAX_MESSAGE || state.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a message's name has 1 to %d characters and its state at most %d bytes: %d, %d"
              .formatted(MAX_MESSAGE, MAX_BYTES, message.length(), state.length));
    }
    if (keep.isNegative() || keep.isZero()) {
      throw new IllegalArgumentException("keep must be above zero, was " + keep);
    }
    Args args =
        Args.of(write(conversation), message)
            .add(state)
            .add(String.valueOf((long) JobRecord.millis(keep)))
            .add(String.valueOf(MAX_MESSAGES))
            .add(String.valueOf(MAX_CONVERSATIONS));
    return this.<Long>run(PUT, ScriptOutputType.INTEGER, args);
  }

  @Override
  public Page since(ConversationRef conversation, long revision, int max) {
    if (revision < 0 || max < 1 || max > MAX_ROWS) {
      throw new IllegalArgumentException(
          "revision must not be negative and max 1 to %d: %d, %d"
              .formatted(MAX_ROWS, revision, max));
    }
    List<Object> answer =
        run(SINCE, ScriptOutputType.MULTI, Args.of(write(conversation), revision, max));
    List<Row> rows = new ArrayList<>();
    for (int i = 3; i < answer.size(); i += 3) {
      rows.add(
          new Row(Queue.utf8(answer.get(i)), (Long) answer.get(i + 1), (byte[]) answer.get(i + 2)));
    }
    return new Page(
        rows, (Long) answer.get(1), (Long) answer.get(0) == 1, (Long) answer.get(2) == 1);
  }

  @Override
  public Subscription watch(Consumer<ConversationRef> hint) {
    try {
      return hints.listen(queue.key("timeline"), text -> hint.accept(read(text)));
    } catch (RedisException e) {
      throw Failures.ofStore(e);
    }
  }

  private <T> T run(Script script, ScriptOutputType type, Args args) {
    try {
      return queue.line().run(script, type, queue.prefixKey(), args.toArray());
    } catch (RedisException e) {
      throw Failures.ofStore(e);
    }
  }

  /** A chat's id may hold any character, so its length stands in front of it. */
  static String write(ConversationRef c) {
    return c.kind()
        + "/"
        + c.transport()
        + "/"
        + c.chat().length()
        + "/"
        + c.chat()
        + c.thread().map(thread -> "/" + thread).orElse("");
  }

  static ConversationRef read(String text) {
    String[] parts = text.split("/", 4);
    int length = Integer.parseInt(parts[2]);
    String chat = parts[3].substring(0, length);
    Optional<String> thread =
        parts[3].length() > length ? Optional.of(parts[3].substring(length + 1)) : Optional.empty();
    return new ConversationRef(
        TransportId.parse(parts[1]), chat, thread, ConversationRef.Kind.valueOf(parts[0]));
  }
}
