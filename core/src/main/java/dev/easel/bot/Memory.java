package dev.easel.bot;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.MessageRef;
import dev.easel.chat.UserRef;
import dev.easel.job.JobId;
import dev.easel.store.Expect;
import dev.easel.store.ImageRef;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the bot remembers between two messages of a person. Survives restarts as the state store
 * does.
 */
final class Memory {
  /** Buttons answer for so long. */
  static final Duration KEEP_CARDS = Duration.ofDays(30);

  private static final Duration KEEP_PENDING = Duration.ofMinutes(10);
  private static final Duration KEEP_FETCHED = Duration.ofHours(1);
  private static final Duration KEEP_JOBS = Duration.ofDays(1);
  private static final Duration DOUBLE_PRESS = Duration.ofSeconds(3);

  /** From this many on, a person's jobs that have ended are forgotten. */
  private static final int MANY_JOBS = 20;

  /** Of the longest ids, what fits into a state. */
  private static final int MAX_JOBS = 300;

  private static final int CARD_CHARACTERS = 16;
  private static final int PERSON_CHARACTERS = 400;

  private final StateStore state;

  Memory(StateStore state) {
    this.state = requireNonNull(state, "state");
  }

  /**
   * The name of a job's card: the same each time it is made, so that making it again after a crash
   * changes nothing.
   */
  static String cardOf(JobId job) {
    return hash(job.value()).substring(0, CARD_CHARACTERS);
  }

  /** A name of a person or a place that is longer than a key may be, made to fit. */
  static String fitting(String name, int max) {
    if (name.length() <= max) {
      return name;
    }
    String hash = hash(name);
    int end = max - hash.length() - 1;
    return name.substring(0, Character.isHighSurrogate(name.charAt(end - 1)) ? end - 1 : end)
        + "#"
        + hash;
  }

  private static String hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  void card(Card card) {
    put("card", cardOf(card.job()), card, KEEP_CARDS);
  }

  Optional<Card> card(String name) {
    return name.isEmpty() ? Optional.empty() : get("card", name, Card.class);
  }

  /** The message shows this card, so that a reply to it is about its pictures. */
  void shows(MessageRef message, JobId job) {
    for (String id : message.ids()) {
      put("shown", message.conversation().key() + "#" + id, cardOf(job), KEEP_CARDS);
    }
  }

  Optional<Card> shownBy(MessageRef message) {
    return get("shown", message.conversation().key() + "#" + message.ids().get(0), String.class)
        .flatMap(this::card);
  }

  /** The last picture that was made for this person here. */
  void last(UserRef user, ConversationRef where, JobId job) {
    put("last", personIn(user, where), cardOf(job), KEEP_CARDS);
  }

  Optional<Card> last(UserRef user, ConversationRef where) {
    return get("last", personIn(user, where), String.class).flatMap(this::card);
  }

  /** Pictures that came without words: the next text says what to do with them. */
  void pending(UserRef user, ConversationRef where, List<ImageRef> images) {
    put("pending", personIn(user, where), images.toArray(ImageRef[]::new), KEEP_PENDING);
  }

  List<ImageRef> pending(UserRef user, ConversationRef where) {
    return get("pending", personIn(user, where), ImageRef[].class).map(List::of).orElse(List.of());
  }

  boolean forgetPending(UserRef user, ConversationRef where) {
    return state.remove(new Key("pending", personIn(user, where)), Expect.any());
  }

  /** What an event's pictures became, in case it is handled again. */
  void fetched(JobId event, List<ImageRef> images) {
    put("fetched", event.value(), images.toArray(ImageRef[]::new), KEEP_FETCHED);
  }

  Optional<List<ImageRef>> fetched(JobId event) {
    return get("fetched", event.value(), ImageRef[].class).map(List::of);
  }

  /** A person's latest jobs, the newest first. */
  List<JobId> jobs(UserRef user, ConversationRef where) {
    return get("jobs", personIn(user, where), JobId[].class).map(List::of).orElse(List.of());
  }

  /**
   * Adds a job to them.
   *
   * @param ended tells which of the others need not be remembered when there are many
   */
  void addJob(UserRef user, ConversationRef where, JobId job, Predicate<JobId> ended) {
    List<JobId> all = new ArrayList<>(jobs(user, where));
    all.remove(job);
    if (all.size() >= MANY_JOBS) {
      all.removeIf(ended);
    }
    all.add(0, job);
    put(
        "jobs",
        personIn(user, where),
        all.subList(0, Math.min(all.size(), MAX_JOBS)).toArray(JobId[]::new),
        KEEP_JOBS);
  }

  /**
   * Whether this press of a button is the first, or the same event again; false for a second press
   * right after.
   */
  boolean isFirstPress(String token, UserRef user, String eventId) {
    Key key = new Key("press", token + "#" + user.id());
    byte[] event = Codec.write(eventId);
    return state.put(key, event, DOUBLE_PRESS, Expect.absent()).isPresent()
        || state
            .get(key)
            .map(v -> Codec.read(v.value(), String.class).equals(eventId))
            .orElse(true);
  }

  private static String personIn(UserRef user, ConversationRef where) {
    return fitting(where.key() + "#" + user.id(), PERSON_CHARACTERS);
  }

  private void put(String space, String name, Object value, Duration keep) {
    state.put(new Key(space, name), Codec.write(value), keep, Expect.any());
  }

  private <T> Optional<T> get(String space, String name, Class<T> type) {
    return state.get(new Key(space, name)).map(found -> Codec.read(found.value(), type));
  }
}
