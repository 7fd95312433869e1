package dev.easel.web;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Reads what requests bring along, but no uploads. One that comes slowly holds a thread meanwhile,
 * so there are so many at a time, and of them each address has a share.
 */
final class Bodies {
  private static final long MAX_REST = Photos.MAX_BYTES + (1 << 20);
  private static final Duration REST_TIME = Duration.ofSeconds(5);

  private final Places messages = new Places(80, 10);
  private final Places signIns = new Places(20, 5); // apart, since everyone may send these
  private final Places rests = new Places(32, 8);

  /**
   * Reads what somebody says or presses.
   *
   * @param limit in bytes
   * @throws Problem if it is too long or too slow, or too many others are
   */
  byte[] message(Context ctx, String address, long limit, Duration time) throws IOException {
    return read(messages, ctx, address, limit, time);
  }

  /** Reads a form of somebody who has still to come in, in the same way. */
  byte[] signIn(Context ctx, String address, long limit, Duration time) throws IOException {
    return read(signIns, ctx, address, limit, time);
  }

  private static byte[] read(Places places, Context ctx, String address, long limit, Duration time)
      throws IOException {
    if (!places.take(address)) {
      throw Problem.later(Problem.Kind.BUSY, Duration.ofSeconds(3));
    }
    try {
      return new LimitedBody(ctx.req().getInputStream(), limit, time).readAllBytes();
    } finally {
      places.leave(address);
    }
  }

  /**
   * Takes the rest of what was refused, where there is room for that: a client that is still
   * sending would have its connection reset, and the answer with it.
   */
  void drop(Context ctx, String address) throws IOException {
    if (!rests.take(address)) {
      return;
    }
    try {
      new LimitedBody(ctx.req().getInputStream(), MAX_REST, REST_TIME)
          .transferTo(OutputStream.nullOutputStream());
    } finally {
      rests.leave(address);
    }
  }
}
