package dev.easel.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Then;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Lua script that Redis knows by its digest. Its constants, locals in capitals that are set to
 * plain values, are written in where they are used: each local that a function refers to costs time
 * in every call, and most of a short act was that.
 *
 * @param digest SHA-1 of the text, in hexadecimal
 */
record Script(String name, byte[] text, String digest) {

  private static final String VALUE = "(?:-?[0-9]+|'[^']*')";
  private static final String NAME = "[A-Z][A-Z0-9_]*";
  private static final Pattern CONSTANTS =
      Pattern.compile(
          "(?m)^local (NAME(?:, NAME)*) = (VALUE(?:, VALUE)*)(?: --.*)?$"
              .replace("NAME", NAME)
              .replace("VALUE", VALUE));
  private static final Pattern FUNCTION = Pattern.compile("(?m)^local function (\\w+)\\(");
  private static final Pattern USE = Pattern.compile("\\b" + NAME + "\\b(?!')");

  /** A script that stands alone. */
  static Script of(String name) {
    return new Script(name, read(name));
  }

  /** An act on the queue: what all acts share stands in front of it. */
  static Script ofQueue(String name) {
    String act = read(name);
    String jobs = read("jobs");
    String moves = read("moves");
    return new Script(
        name,
        inlined(
            constants()
                + read("queue")
                + declared("moves", moves) // the functions of both files call each other
                + (act.contains("jobs()") ? declared("jobs", jobs) + made("jobs", jobs) : jobs)
                + made("moves", moves)
                + act));
  }

  private static String declared(String name, String text) {
    return "local %s, %s\n".formatted(name, String.join(", ", functions(text)));
  }

  /** A function of the file's name that makes the functions of the file when it is first called. */
  private static String made(String name, String text) {
    return "function %s()\nif %s then return end\n%send\n"
        .formatted(name, functions(text).get(0), FUNCTION.matcher(text).replaceAll("function $1("));
  }

  private static List<String> functions(String text) {
    return FUNCTION.matcher(text).results().map(found -> found.group(1)).toList();
  }

  private static String inlined(String text) {
    Map<String, String> values = new HashMap<>();
    Matcher constants = CONSTANTS.matcher(text);
    while (constants.find()) {
      String[] names = constants.group(1).split(", ");
      String[] set = constants.group(2).split(", ");
      for (int i = 0; i < names.length; i++) {
        values.put(names[i], set[i]);
      }
    }
    return USE.matcher(CONSTANTS.matcher(text).replaceAll(""))
        .replaceAll(use -> Matcher.quoteReplacement(values.getOrDefault(use.group(), use.group())));
  }

  private Script(String name, String text) {
    this(name, text.getBytes(UTF_8), digestOf(text));
  }

  /** What core and the scripts must agree on. */
  private static String constants() {
    LanePolicy p = LanePolicy.DEFAULT;
    return String.format(
        Locale.ROOT, // others have digits of their own
        "local DEFAULT_POLICY = { %d, %d, %d, %d, %d, %d, %d }\nlocal FOLLOW_UP_BAND, FOLLOW_UP_ATTEMPTS = %d, %d\n",
        p.maxJobs(),
        p.maxBytes(),
        p.maxJobsPerGroup(),
        p.inFlightPerGroup(),
        p.lease().toMillis(),
        p.remember().toMillis(),
        p.maxDead(),
        NewJob.DEFAULT_BAND,
        Then.RETRY.maxAttempts());
  }

  private static String read(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("there is no script " + name);
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digestOf(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
