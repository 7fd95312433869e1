package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A queue's keys and the acts on it: what all of {@link RedisBackend} talk to Redis through. */
final class Queue {
  static final Script RING = Script.of("ring");
  private static final Map<String, Script> ACTS = new ConcurrentHashMap<>();

  private final Line line;
  private final String name;
  private final byte[][] prefix;

  /**
   * @param name without braces: it is the hash tag that keeps a queue in one slot of a cluster
   */
  Queue(Line line, String name) {
    this.line = line;
    this.name = name;
    this.prefix = new byte[][] {("easel:{" + name + "}:").getBytes(UTF_8)};
  }

  /** Where the version of the data of a queue stands. */
  static byte[] versionKey(String name) {
    return ("easel:{" + name + "}:v").getBytes(UTF_8);
  }

  Line line() {
    return line;
  }

  byte[] key(String rest) {
    return ("easel:{" + name + "}:" + rest).getBytes(UTF_8);
  }

  static Script act(String name) {
    return ACTS.computeIfAbsent(name, Script::ofQueue);
  }

  /** Runs an act that answers with a list. */
  List<Object> list(String act, Args args) {
    return run(act, ScriptOutputType.MULTI, args);
  }

  long number(String act, Args args) {
    return this.<Long>run(act, ScriptOutputType.INTEGER, args);
  }

  String text(String act, Args args) {
    return new String(this.<byte[]>run(act, ScriptOutputType.VALUE, args), UTF_8);
  }

  private <T> T run(String act, ScriptOutputType type, Args args) {
    try {
      return line.run(act(act), type, prefix, args.toArray());
    } catch (RedisException e) {
      throw Failures.ofQueue(e);
    }
  }

  /** Runs an act that nobody waits for; fails if there is no answer in time. */
  CompletableFuture<List<Object>> startInTime(String act, Args args) {
    return line.startInTime(act(act), ScriptOutputType.MULTI, prefix, args.toArray());
  }

  /** Runs an act without waiting. */
  CompletableFuture<List<Object>> start(String act, Args args) {
    return line.start(act(act), ScriptOutputType.MULTI, prefix, args.toArray());
  }

  byte[][] prefixKey() {
    return prefix;
  }

  /** The prefix, and keys of the same queue. */
  byte[][] prefixAnd(List<byte[]> keys) {
    byte[][] all = new byte[1 + keys.size()][];
    all[0] = prefix[0];
    for (int i = 0; i < keys.size(); i++) {
      all[i + 1] = keys.get(i);
    }
    return all;
  }

  static String utf8(Object bytes) {
    return new String((byte[]) bytes, UTF_8);
  }

  @SuppressWarnings("unchecked") // Lettuce answers a script's array so
  static List<Object> nested(Object list) {
    return (List<Object>) list;
  }
}
