package dev.easel.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.image.ImageTask;
import dev.easel.image.RenderContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where a task is at ComfyUI. The ids come from a name that the checkpoint keeps, so the next
 * attempt makes the same.
 *
 * @param name unlike any other, even when the same job is begun anew
 * @param away since when the server cannot be reached, or does not do what is asked of it; empty
 *     while it does
 * @param busy what the server was seen to work on last; empty before it was looked at
 * @param ids of all prompts, in order; those not handed over yet have the id that they will be
 *     given
 * @param submitted how many the server has taken; of the next one it is not known
 * @param isKept whether it comes from an attempt before
 */
record ComfyUiCheckpoint(
    String name,
    long seed,
    Optional<Instant> away,
    Optional<Busy> busy,
    List<String> ids,
    int submitted,
    boolean isKept) {
  /**
   * The server works on one prompt.
   *
   * @param running which; empty if on none
   * @param since when that was first seen
   */
  record Busy(String running, Instant since) {}

  /** Seeds that every program writes without loss. */
  private static final long SEEDS = 1L << 48;

  ComfyUiCheckpoint {
    ids = List.copyOf(ids);
  }

  static ComfyUiCheckpoint read(RenderContext context, ImageTask task) {
    JsonNode kept = Json.lenient(context.checkpoint().orElse("{}"));
    boolean isKept = kept.has("name");
    long seed =
        isKept
            ? kept.path("seed").asLong()
            : task.options().seed().orElseGet(() -> ThreadLocalRandom.current().nextLong(SEEDS));
    String name = kept.path("name").asText(UUID.randomUUID().toString());
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < task.options().n(); i++) {
      String made = idOf(name + "#" + i);
      ids.add(kept.path("ids").path(i).asText(made));
    }
    int submitted = Math.min(ids.size(), Math.max(0, kept.path("ids").size()));
    Optional<Instant> away =
        kept.has("away")
            ? Optional.of(Instant.ofEpochMilli(kept.path("away").asLong()))
            : Optional.empty();
    Optional<Busy> busy =
        kept.has("since")
            ? Optional.of(
                new Busy(
                    kept.path("running").asText(),
                    Instant.ofEpochMilli(kept.path("since").asLong())))
            : Optional.empty();
    return new ComfyUiCheckpoint(name, seed, away, busy, ids, submitted, isKept);
  }

  private static String idOf(String name) {
    return UUID.nameUUIDFromBytes(("easel " + name).getBytes(StandardCharsets.UTF_8)).toString();
  }

  String clientId() {
    return idOf(name + "#client");
  }

  boolean isComplete() {
    return submitted == ids.size();
  }

  /** The id of the prompt that is to be handed over next. */
  String next() {
    return ids.get(submitted);
  }

  /** One more was taken, under this id. */
  ComfyUiCheckpoint withSubmitted(String id) {
    List<String> now = new ArrayList<>(ids);
    now.set(submitted, id);
    return new ComfyUiCheckpoint(name, seed, Optional.empty(), busy, now, submitted + 1, isKept);
  }

  /** The server is away, or, if empty, back. */
  ComfyUiCheckpoint withAway(Optional<Instant> since) {
    return new ComfyUiCheckpoint(name, seed, since, busy, ids, submitted, isKept);
  }

  /** The server works on this since now; if it did so before, since then. */
  ComfyUiCheckpoint withRunning(String id, Instant time) {
    Busy seen = busy.filter(b -> b.running().equals(id)).orElse(new Busy(id, time));
    return new ComfyUiCheckpoint(name, seed, away, Optional.of(seen), ids, submitted, isKept);
  }

  String text() {
    ObjectNode tree = Json.object().put("name", name).put("seed", seed);
    away.ifPresent(since -> tree.put("away", since.toEpochMilli()));
    busy.ifPresent(b -> tree.put("running", b.running()).put("since", b.since().toEpochMilli()));
    ids.subList(0, submitted).forEach(tree.putArray("ids")::add);
    return tree.toString();
  }
}
