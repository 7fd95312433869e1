package dev.easel.local;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.easel.image.ImageTask;
import dev.easel.local.sketch.Style;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * What a sketch was made from, kept in its PNG as the text {@code parameters}, in the form that
 * other makers of pictures use: the prompt, then a line of settings.
 */
record Parameters(String prompt, Style style, long seed, int width, int height) {
  static final String MAKER = "local-sketch";

  private static final String KEYWORD = "parameters";
  private static final int SIGNATURE = 8;
  private static final int HEAD = SIGNATURE + 25; // signature and IHDR
  private static final int MAX_TEXT = 4 * ImageTask.MAX_PROMPT + 500;
  private static final Pattern SETTINGS =
      Pattern.compile(
          "Seed: (-?\\d{1,19}), Size: (\\d{1,5})x(\\d{1,5}), Model: "
              + MAKER
              + ", Style: ([a-z-]{1,20})");

  /** The PNG with these in it, before its pixels. */
  byte[] writeInto(byte[] png) {
    byte[] text = iTxt(toString().getBytes(UTF_8));
    CRC32 crc = new CRC32();
    crc.update(text);
    ByteBuffer out = ByteBuffer.allocate(png.length + text.length + 8);
    out.put(png, 0, HEAD);
    out.putInt(text.length - 4).put(text).putInt((int) crc.getValue());
    out.put(png, HEAD, png.length - HEAD);
    return out.array();
  }

  /** Those of one of our own sketches; empty for any other picture, and for any doubt. */
  static Optional<Parameters> readFrom(byte[] png) {
    ByteBuffer in = ByteBuffer.wrap(png);
    int at = SIGNATURE;
    while (at + 12 <= png.length) {
      int length = in.getInt(at);
      String type = new String(png, at + 4, 4, US_ASCII);
      if (length < 0 || length > png.length - at - 12 || type.equals("IDAT")) {
        return Optional.empty();
      }
      if (type.equals("iTXt") && length <= MAX_TEXT) {
        String text = new String(png, at + 8, length, UTF_8);
        String before = KEYWORD + "\0\0\0\0\0";
        if (text.startsWith(before)) {
          return parse(text.substring(before.length()));
        }
      }
      at += 12 + length;
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, // other languages have digits of their own
        "%s\nSeed: %d, Size: %dx%d, Model: %s, Style: %s",
        prompt,
        seed,
        width,
        height,
        MAKER,
        style.word());
  }

  private static Optional<Parameters> parse(String text) {
    int end = text.lastIndexOf('\n');
    if (end < 0) {
      return Optional.empty();
    }
    String prompt = text.substring(0, end);
    Matcher settings = SETTINGS.matcher(text.substring(end + 1));
    if (!settings.matches() || prompt.length() > ImageTask.MAX_PROMPT) {
      return Optional.empty();
    }
    try {
      return Style.of(settings.group(4))
          .map(
              style ->
                  new Parameters(
                      prompt,
                      style,
                      Long.parseLong(settings.group(1)),
                      Integer.parseInt(settings.group(2)),
                      Integer.parseInt(settings.group(3))));
    } catch (NumberFormatException e) { // 19 digits may be too large
      return Optional.empty();
    }
  }

  /** Type and data of the chunk: keyword, not compressed, no language, no translation, text. */
  private static byte[] iTxt(byte[] text) {
    byte[] keyword = KEYWORD.getBytes(US_ASCII);
    ByteBuffer chunk = ByteBuffer.allocate(4 + keyword.length + 5 + text.length);
    chunk.put("iTXt".getBytes(US_ASCII)).put(keyword).put(new byte[5]).put(text);
    return chunk.array();
  }
}
