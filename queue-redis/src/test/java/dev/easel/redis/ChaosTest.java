package dev.easel.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.parallel.Isolated;

/** All faults at once, with a fixed seed; {@link ChaosRun} is the long form. */
@Isolated
class ChaosTest {
  /** As it stands among a class's constants: UTF-8 of three bytes. */
  private static final String NOW = "\u0001\u0000\u0003now";

  @Test
  @EnabledIf(value = "dev.easel.redis.Chosen#chaos", disabledReason = Chosen.BY)
  @Timeout(200)
  void everythingEndsOnceWhateverFails() throws Exception {
    try (ChaosRun run = new ChaosRun(1, 2000, Duration.ofSeconds(3))) {
      String summary = run.run();

      System.out.println("chaos, seed 1: " + summary);
      assertThat(summary).startsWith("2000 jobs");
    }
  }

  /** So a clock that is an hour off cannot matter. */
  @Test
  void thisMachinesClockIsNeverRead() throws IOException {
    Path classes = Path.of("target/classes/dev/easel/redis");
    List<Path> files;
    try (Stream<Path> all = Files.list(classes)) {
      files = all.filter(file -> file.toString().endsWith(".class")).toList();
    }
    assertThat(files).hasSizeGreaterThan(10);
    for (Path file : files) {
      String constants = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      assertThat(constants)
          .as(file.getFileName().toString())
          .doesNotContain("currentTimeMillis", "java/time/Clock");
      assertThat(constants.contains(NOW) && constants.contains("()Ljava/time/Instant;"))
          .as("Instant.now() in " + file.getFileName())
          .isFalse();
    }
  }
}
