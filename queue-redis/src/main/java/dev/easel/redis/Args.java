package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** The arguments of a script, in order. */
final class Args {
  private final List<byte[]> all = new ArrayList<>();

  static Args of(Object... values) {
    Args args = new Args();
    for (Object value : values) {
      args.add(String.valueOf(value));
    }
    return args;
  }

  Args add(String text) {
    return add(text.getBytes(UTF_8));
  }

  Args add(byte[] bytes) {
    all.add(bytes);
    return this;
  }

  /** One packed argument of several numbers. */
  Args numbers(double... values) {
    ByteBuffer buffer = buffer(values.length * Double.BYTES);
    for (double value : values) {
      buffer.putDouble(value);
    }
    return add(buffer.array());
  }

  Args addAll(Args more) {
    all.addAll(more.all);
    return this;
  }

  byte[][] toArray() {
    return all.toArray(byte[][]::new);
  }

  /** As Lua's struct library packs with {@code <}. */
  static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
