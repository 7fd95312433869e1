package dev.easel.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.easel.job.Accepted;
import dev.easel.job.NewJob;
import dev.easel.job.QueueException;
import dev.easel.redis.RedisBackend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Accepts jobs as told, and says how long it took. */
final class HarnessProducer {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RedisBackend backend;
  private final PrintStream out;

  HarnessProducer(RedisBackend backend, PrintStream out) {
    this.backend = backend;
    this.out = out;
  }

  void run(InputStream commands) throws IOException {
    HarnessMain.configure(backend);
    out.println("{\"ready\":true}");
    BufferedReader in = new BufferedReader(new InputStreamReader(commands, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      JsonNode command = JSON.readTree(line);
      if (command.path("op").asText().equals("quit")) {
        break;
      }
      Object answer;
      try {
        answer = carryOut(command);
      } catch (Exception e) {
        answer = Map.of("error", String.valueOf(e));
      }
      out.println(JSON.writeValueAsString(answer));
      out.flush();
    }
    backend.close();
  }

  private Map<String, Object> carryOut(JsonNode command) throws Exception {
    HarnessMain.configure(backend); // the harness may have emptied Redis
    int start = command.path("start").asInt(0);
    int n = command.path("n").asInt(1);
    Jobs jobs =
        new Jobs(
            start,
            start + n,
            command.path("user").asText("user-0001"),
            command.path("sleep_ms").asInt(0));
    long began = System.nanoTime();
    switch (command.path("op").asText()) {
      case "seq" -> oneByOne(jobs);
      case "bulk" -> inBulk(jobs, command.path("batch").asInt(500));
      case "conc" -> atOnce(jobs, command.path("width").asInt(64));
      case "lat" -> {
        return spaced(
            jobs, command.path("gap_ms").asDouble(), command.path("jitter_ms").asDouble());
      }
      case "retry" -> {
        return stubbornly(jobs, command.path("pace_ms").asInt(0));
      }
      default -> throw new IllegalArgumentException("unknown: " + command);
    }
    return Map.of("elapsed_ns", System.nanoTime() - began);
  }

  /** Which jobs to accept. */
  private record Jobs(int from, int to, String user, int sleepMillis) {
    NewJob job(int seq) {
      return HarnessMain.job(seq, user, sleepMillis);
    }
  }

  private void accept(List<NewJob> jobs) {
    for (Accepted answer : backend.queue().accept(jobs)) {
      if (answer instanceof Accepted.Full || answer instanceof Accepted.Busy) {
        throw new IllegalStateException("not accepted: " + answer);
      }
    }
  }

  private void oneByOne(Jobs jobs) {
    for (int seq = jobs.from(); seq < jobs.to(); seq++) {
      accept(List.of(jobs.job(seq)));
    }
  }

  private void inBulk(Jobs jobs, int batch) {
    for (int seq = jobs.from(); seq < jobs.to(); seq += batch) {
      List<NewJob> some = new ArrayList<>(batch);
      for (int i = seq; i < Math.min(seq + batch, jobs.to()); i++) {
        some.add(jobs.job(i));
      }
      accept(some);
    }
  }

  private void atOnce(Jobs jobs, int width) throws InterruptedException, ExecutionException {
    AtomicInteger next = new AtomicInteger(jobs.from());
    ExecutorService threads = Executors.newFixedThreadPool(width);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        all.add(
            threads.submit(
                () -> {
                  for (int seq = next.getAndIncrement();
                      seq < jobs.to();
                      seq = next.getAndIncrement()) {
                    accept(List.of(jobs.job(seq)));
                  }
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  private Map<String, Object> spaced(Jobs jobs, double gapMillis, double jitterMillis) {
    int n = jobs.to() - jobs.from();
    long[] before = new long[n];
    long[] after = new long[n];
    SplittableRandom random = new SplittableRandom();
    for (int i = 0; i < n; i++) {
      LockSupport.parkNanos((long) ((gapMillis + random.nextDouble() * jitterMillis) * 1e6));
      NewJob job = jobs.job(jobs.from() + i);
      before[i] = System.nanoTime();
      accept(List.of(job));
      after[i] = System.nanoTime();
    }
    return Map.of("t0", before, "t1", after);
  }

  private Map<String, Object> stubbornly(Jobs jobs, int paceMillis) throws InterruptedException {
    long began = System.nanoTime();
    int errors = 0;
    Map<String, Integer> kinds = new TreeMap<>();
    for (int seq = jobs.from(); seq < jobs.to(); seq++) {
      while (true) {
        try {
          accept(List.of(jobs.job(seq)));
          break;
        } catch (QueueException e) {
          errors++;
          kinds.merge("QueueException " + e.kind(), 1, Integer::sum);
          Thread.sleep(100);
        }
      }
      if (paceMillis > 0) {
        Thread.sleep(paceMillis);
      }
    }
    return Map.of("elapsed_ns", System.nanoTime() - began, "errors", errors, "kinds", kinds);
  }
}
