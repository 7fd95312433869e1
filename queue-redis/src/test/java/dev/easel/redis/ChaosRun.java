package dev.easel.redis;

import dev.easel.job.Accepted;
import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.JobStatus;
import dev.easel.job.LanePolicy;
import dev.easel.job.LaneStatistics;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.job.QueueException;
import dev.easel.job.Retry;
import dev.easel.job.Then;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Kills workers and the server while jobs are done, and checks from outside that every promise
 * held. By hand: {@code ChaosRun <first seed> <how many seeds> [jobs] [seconds of a full server]}.
 */
final class ChaosRun implements AutoCloseable {
  private static final int USERS = 20;
  private static final int WORKERS = 4;
  private static final int IN_FLIGHT = 2;
  private static final Duration LONGEST = Duration.ofSeconds(150);

  /** Jobs running or parked of the group that has most of them, counted from the records. */
  private static final String MOST_IN_FLIGHT =
      "local n, most = {}, 0 for _, k in ipairs(redis.call('KEYS', 'easel:{main}:j:*')) do"
          + " local r = redis.call('GETRANGE', k, 0, 400)"
          + " local s = string.byte(r, 1)"
          + " if s == 2 or s == 3 then local lane, group = struct.unpack('<Bc0Hc0', r, 60)"
          + " local g = lane .. '/' .. group n[g] = (n[g] or 0) + 1"
          + " if lane == 'render' and n[g] > most then most = n[g] end end end return most";

  private static final String WITHOUT_END =
      "local n = 0 for _, k in ipairs(redis.call('KEYS', 'easel:{main}:*')) do"
          + " if redis.call('PTTL', k) < 0 and not string.find(k, '}:[lbv]')"
          + " then n = n + 1 end end return n";

  /** As if the time of every key that has one were over. */
  private static final String LET_EXPIRE =
      "for _, k in ipairs(redis.call('KEYS', 'easel:{main}:*')) do"
          + " if redis.call('PTTL', k) >= 0 then redis.call('PEXPIRE', k, 1) end end return 0";

  private static final int KEYS_THAT_STAY = 8; // two lanes, their bells, the version
  private static final long SLACK_BYTES = 512 * 1024;

  private final SplittableRandom random;
  private final int jobs;
  private final long fullMillis;
  private final Path log;
  private final TestServer server;
  private final List<Process> workers = new ArrayList<>();
  private final Map<String, Integer> faults = new TreeMap<>();
  private volatile boolean accepted;
  private long mostInFlight;

  ChaosRun(long seed, int jobs, Duration full) throws IOException {
    this.random = new SplittableRandom(seed);
    this.jobs = jobs;
    this.fullMillis = full.toMillis();
    this.log = Files.createTempFile("easel-chaos", ".log");
    // with everysec a busy disk may hold writes back, and a killed server loses what it had
    // answered
    this.server = TestServer.embedded("--appendonly", "yes", "--appendfsync", "always");
  }

  public static void main(String[] args) throws Exception {
    int first = Integer.parseInt(args[0]);
    int count = Integer.parseInt(args[1]);
    int jobs = args.length > 2 ? Integer.parseInt(args[2]) : 2000;
    int full = args.length > 3 ? Integer.parseInt(args[3]) : 10;
    for (int seed = first; seed < first + count; seed++) {
      long start = System.nanoTime();
      try (ChaosRun run = new ChaosRun(seed, jobs, Duration.ofSeconds(full))) {
        System.out.printf(
            "seed %d: %s, %d s%n", seed, run.run(), (System.nanoTime() - start) / 1_000_000_000);
      }
    }
  }

  /** Runs, checks, and tells what happened. */
  String run() throws Exception {
    try (RedisBackend backend = ChaosWorker.open(server.uri())) {
      LanePolicy policy =
          LanePolicy.DEFAULT.withLease(Duration.ofMillis(1500)).withInFlightPerGroup(IN_FLIGHT);
      backend.admin().configure(ChaosWorker.RENDER, policy);
      backend.admin().configure(ChaosWorker.DELIVER, policy);
      long baseline = server.info("memory", "used_memory");
      for (int i = 0; i < WORKERS; i++) {
        workers.add(startWorker());
      }
      Thread asker = new Thread(() -> acceptAll(backend), "chaos-asker");
      asker.start();
      long deadline = System.nanoTime() + LONGEST.toNanos();
      int step = 0;
      while (!accepted || left(backend) > 0) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("not all was done in time: " + left(backend) + " left");
        }
        Thread.sleep(random.nextInt(200, 700));
        harm(step++);
        mostInFlight = Math.max(mostInFlight, number("EVAL", MOST_IN_FLIGHT, "0"));
      }
      asker.join();
      String summary = check(backend);
      checkMemory(baseline);
      return summary;
    }
  }

  private void harm(int step) throws Exception {
    int dice = random.nextInt(100);
    if (step == 6) {
      harmed("full");
      server.command("CONFIG", "SET", "maxmemory", "1");
      Thread.sleep(fullMillis);
      server.command("CONFIG", "SET", "maxmemory", "0");
    } else if (step == 3 || step > 6 && dice < 8) {
      harmed("server-killed");
      server.kill();
      Thread.sleep(random.nextInt(50, 500));
      server.startAgain();
    } else if (step < 40 && dice < 45) {
      harmed("worker-killed");
      int one = random.nextInt(WORKERS);
      workers.get(one).destroyForcibly().waitFor();
      workers.set(one, startWorker());
    } else if (dice < 60) {
      harmed("clients-killed");
      server.command("CLIENT", "KILL", "TYPE", "normal");
    } else if (dice < 75) {
      harmed("paused");
      server.command("CLIENT", "PAUSE", "" + random.nextInt(100, 1300));
    } else {
      harmed("scripts-forgotten");
      server.command("SCRIPT", "FLUSH");
    }
  }

  private void harmed(String how) {
    faults.merge(how, 1, Integer::sum);
  }

  private Process startWorker() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            ChaosWorker.class.getName(),
            server.uri(),
            log.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void acceptAll(RedisBackend backend) {
    try {
      for (int i = 0; i < jobs; i += 10) {
        List<NewJob> some = new ArrayList<>();
        for (int j = i; j < Math.min(i + 10, jobs); j++) {
          GroupId user = GroupId.of("user-" + j % USERS);
          some.add(
              NewJob.of(
                      JobId.of("job-" + j),
                      ChaosWorker.RENDER,
                      user,
                      new Payload("chaos", 1, ("job " + j).getBytes(StandardCharsets.UTF_8)))
                  .withRetry(Retry.DEFAULT.withMaxAttempts(50))
                  .then(new Then(ChaosWorker.DELIVER, user)));
        }
        while (!some.isEmpty()) {
          try {
            List<Accepted> answers = backend.queue().accept(some);
            List<NewJob> again = new ArrayList<>();
            for (int k = 0; k < some.size(); k++) {
              if (answers.get(k) instanceof Accepted.Full) {
                again.add(some.get(k));
              }
            }
            some = again;
            if (!some.isEmpty()) {
              Thread.sleep(100);
            }
          } catch (QueueException e) {
            Thread.sleep(50);
          }
        }
        Thread.sleep(20);
      }
      accepted = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long left(RedisBackend backend) {
    try {
      long left = 0;
      for (var lane : List.of(ChaosWorker.RENDER, ChaosWorker.DELIVER)) {
        LaneStatistics s = backend.admin().statistics(lane);
        left += s.waiting() + s.delayed() + s.running() + s.parked();
      }
      return left;
    } catch (QueueException e) {
      return Long.MAX_VALUE;
    }
  }

  private String check(RedisBackend backend) throws Exception {
    Map<String, Integer> runs = new HashMap<>();
    Map<String, Set<String>> taken = new HashMap<>();
    Map<String, Integer> delivered = new HashMap<>();
    int lost = 0;
    for (String line : Files.readAllLines(log)) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "run" -> runs.merge(words[1], 1, Integer::sum);
        case "deliver" -> delivered.merge(words[1], 1, Integer::sum);
        case "settled" -> {
          if (words[3].equals("TAKEN")) {
            taken.computeIfAbsent(words[1], id -> new HashSet<>()).add(words[2]);
          } else {
            lost++;
          }
        }
        default -> {}
      }
    }
    LaneStatistics render = Patiently.get(() -> backend.admin().statistics(ChaosWorker.RENDER));
    LaneStatistics deliver = Patiently.get(() -> backend.admin().statistics(ChaosWorker.DELIVER));
    must(render.succeeded() + render.failed() == jobs, "each job ended once: " + render);
    must(deliver.succeeded() + deliver.failed() == jobs, "each follow-up ended once: " + deliver);
    must(runs.values().stream().allMatch(n -> n == 1), "the provider ran at most once for a job");
    must(
        taken.values().stream().allMatch(tokens -> tokens.size() == 1),
        "one settlement was taken of each job");
    for (int i = 0; i < jobs; i++) {
      JobId id = JobId.of("job-" + i);
      JobStatus status = Patiently.get(() -> backend.queue().find(id).orElseThrow());
      must(status.state().ended(), id + " has ended: " + status.state());
      must(delivered.containsKey(id.value()), id + " was delivered");
    }
    must(mostInFlight <= IN_FLIGHT, "at most " + IN_FLIGHT + " in flight, were " + mostInFlight);
    must(render.bytes() == 0 && deliver.bytes() == 0, "no bytes are counted any more");
    must(render.groups() == 0 && deliver.groups() == 0, "no group is counted any more");
    must(number("EVAL", WITHOUT_END, "0") == 0, "every key that is left expires");
    return "%d jobs, %d succeeded, %d failed as unknown, %d leases lost, %d late settlements refused, %d delivered twice, faults %s"
        .formatted(
            jobs,
            render.succeeded(),
            render.failed(),
            render.reclaimed() + deliver.reclaimed(),
            lost,
            delivered.values().stream().filter(n -> n > 1).count(),
            faults);
  }

  private void checkMemory(long baseline) throws Exception {
    for (Process worker : workers) {
      worker.destroyForcibly().waitFor();
    }
    number("EVAL", LET_EXPIRE, "0");
    Patiently.until("what is left of jobs expires", () -> number("DBSIZE") <= KEYS_THAT_STAY);
    Patiently.until(
        "memory is back", () -> server.info("memory", "used_memory") < baseline + SLACK_BYTES);
  }

  private static void must(boolean holds, String promise) {
    if (!holds) {
      throw new AssertionError("broken: " + promise);
    }
  }

  private long number(String... command) throws IOException {
    String answer = server.command(command);
    if (!answer.startsWith(":")) {
      throw new IOException(answer);
    }
    return Long.parseLong(answer.substring(1).trim());
  }

  @Override
  public void close() throws IOException {
    workers.forEach(Process::destroyForcibly);
    server.close();
    Files.deleteIfExists(log);
  }
}
