package dev.easel.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.easel.job.GroupId;
import dev.easel.job.JobId;
import dev.easel.job.Lane;
import dev.easel.job.LanePolicy;
import dev.easel.job.NewJob;
import dev.easel.job.Payload;
import dev.easel.redis.RedisBackend;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The program that a harness for job queues runs beside other queues: {@code producer --port P}
 * takes commands as lines of JSON, {@code worker --port P --concurrency C --log F} does the jobs
 * and writes down when each began. {@code depth --port P --jobs N} tells what a claim costs while N
 * jobs wait. All of it goes through the public API, with fairness, limits, leases and priorities
 * on.
 */
public final class HarnessMain {
  static final Lane LANE = Lane.of("bench");

  private HarnessMain() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      throw new IllegalArgumentException("producer, worker or depth?");
    }
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i + 1 < args.length; i += 2) {
      options.put(args[i].substring(2), args[i + 1]);
    }
    String uri = "redis://127.0.0.1:" + options.get("port");
    if (args[0].equals("depth")) {
      DeepQueue.run(uri, Integer.parseInt(options.getOrDefault("jobs", "1000000")));
      return;
    }
    RedisBackend backend = RedisBackend.builder().uri(uri).queue("bench").build();
    switch (args[0]) {
      case "producer" -> new HarnessProducer(backend, System.out).run(System.in);
      case "worker" ->
          HarnessWorker.run(
              backend,
              Integer.parseInt(options.getOrDefault("concurrency", "1")),
              requireNonNull(options.get("log"), "--log"));
      default -> throw new IllegalArgumentException("unknown: " + args[0]);
    }
  }

  /** Far more than a bot would allow: the harness lets one user have everything. */
  static void configure(RedisBackend backend) {
    backend
        .admin()
        .configure(
            LANE,
            LanePolicy.DEFAULT
                .withMaxJobs(5_000_000)
                .withMaxBytes(1L << 40)
                .withMaxJobsPerGroup(5_000_000)
                .withInFlightPerGroup(1000));
  }

  static NewJob job(int seq, String user, int sleepMillis) {
    return NewJob.of(
        JobId.of("job-" + seq),
        LANE,
        GroupId.of(user),
        new Payload("bench", 1, text(seq, user, sleepMillis).getBytes(StandardCharsets.UTF_8)));
  }

  /** Some 310 bytes, as the other queues of the harness carry them. */
  private static String text(int seq, String user, int sleepMillis) {
    return "{\"seq\":"
        + seq
        + ",\"user\":\""
        + user
        + "\",\"prompt\":\"a watercolour fox reading a newspaper in a rainy cafe, soft window light,"
        + " muted palette, fine ink lines, shallow depth\",\"options\":{\"model\":\"sd-turbo-xl\","
        + "\"size\":\"1024x1024\",\"steps\":30,\"seed\":1234567,\"guidance\":7.5,\"format\":\"png\","
        + "\"negative\":\"blurry, text\"},\"sleep_ms\":"
        + sleepMillis
        + "}";
  }
}
