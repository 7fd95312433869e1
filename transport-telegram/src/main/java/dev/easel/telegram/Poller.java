package dev.easel.telegram;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.easel.health.Health;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.telegram.telegrambots.meta.api.methods.updates.DeleteWebhook;

/**
 * Asks Telegram for updates and confirms each once it is in the inbox. Ends only when it is told
 * to, or when the token is refused.
 */
final class Poller {
  private static final Logger log = LoggerFactory.getLogger(Poller.class);
  private static final Pattern UPDATE_ID = Pattern.compile("\"update_id\"\\s*:\\s*(\\d{1,18})");
  private static final int ALL = 100;

  private final BotApi api;
  private final Intake intake;
  private final Leadership leadership;
  private final Pulse pulse;
  private final BusyNotice busy;
  private final Duration timeout;
  private final List<String> allowed;
  private final Timing timing;
  private final CountDownLatch stop;

  /** The next update to ask for; what is below is confirmed by asking. */
  private long offset;

  /** What Telegram answered to last; what is below, it knows. */
  private long confirmed;

  private int limit = ALL;
  private boolean webhookRemoved;
  private Duration backoff;

  Poller(
      BotApi api,
      Intake intake,
      Leadership leadership,
      Pulse pulse,
      BusyNotice busy,
      Settings settings,
      CountDownLatch stop) {
    this.api = api;
    this.intake = intake;
    this.leadership = leadership;
    this.pulse = pulse;
    this.busy = busy;
    this.timeout = settings.pollTimeout();
    this.allowed = settings.allowedUpdates();
    this.timing = settings.timing();
    this.backoff = timing.pause();
    this.stop = stop;
  }

  void run() throws InterruptedException {
    while (!isStopped()) {
      if (!leadership.isHeld()) {
        pulse.good(); // another front polls
        webhookRemoved = false;
        offset = 0; // where that one got, Telegram knows
        confirmed = 0;
        leadership.await(Duration.ofMillis(500));
      } else if (!goOn(webhookRemoved ? poll() : removeWebhook())) {
        return;
      }
    }
    confirm();
  }

  private boolean isStopped() {
    return stop.getCount() == 0;
  }

  /** While a webhook is set, nothing can be polled. */
  private Answer removeWebhook() {
    Answer answer = api.call(DeleteWebhook.builder().build());
    webhookRemoved = answer instanceof Answer.Ok;
    return webhookRemoved ? new Answer.Ok(BotApi.JSON.createArrayNode()) : answer;
  }

  private Answer poll() {
    long asked = offset;
    Answer answer = api.poll(question(limit, timeout), () -> !isStopped() && leadership.isHeld());
    if (answer instanceof Answer.Ok) {
      confirmed = asked;
    }
    return answer;
  }

  private okhttp3.RequestBody question(int max, Duration wait) {
    ObjectNode question = BotApi.JSON.createObjectNode();
    question.put("offset", offset).put("limit", max).put("timeout", wait.toSeconds());
    // left out, it would stay as somebody set it once
    question.set("allowed_updates", BotApi.JSON.valueToTree(allowed));
    return BotApi.json(question);
  }

  /** Deals with an answer, and says whether there is any sense in going on. */
  private boolean goOn(Answer answer) throws InterruptedException {
    if (answer instanceof Answer.Ok ok) {
      pulse.good(timeout.plusSeconds(60));
      backoff = timing.pause();
      limit = ALL;
      takeAll(ok.result());
      return true;
    }
    if (isStopped() || !leadership.isHeld()) {
      return true; // the poll was ended from here
    }
    if (answer instanceof Answer.Unreadable unreadable) {
      isolate(unreadable.bytes());
    } else if (answer instanceof Answer.Refused refused) {
      return goOnAfter(refused);
    } else {
      String why = answer instanceof Answer.NotSent n ? n.why() : ((Answer.Unknown) answer).why();
      pulse.trouble(Health.down("Telegram cannot be reached: " + why));
      log.warn("Cannot poll, trying again: delay={} because={}", backoff, why);
      pause();
    }
    return true;
  }

  private boolean goOnAfter(Answer.Refused refused) throws InterruptedException {
    if (refused.isUnauthorized()) {
      pulse.trouble(Health.down("Telegram does not accept the bot's token"));
      log.error(
          "Stopped polling: Telegram does not accept the bot's token. because={}", refused.why());
      return false;
    }
    if (refused.code() == 409) {
      conflict(refused);
    } else if (refused.code() == 429) {
      log.warn("Telegram says to poll later: delay={}", refused.retryAfter());
      pulse.trouble(Health.degraded("Telegram says to poll later"));
      if (refused.retryAfter().isZero()) {
        pause(); // as a proxy says it
      } else {
        stop.await(refused.retryAfter().toMillis(), TimeUnit.MILLISECONDS);
      }
    } else {
      pulse.trouble(Health.down("Telegram answers " + refused.why()));
      log.warn("Cannot poll, trying again: delay={} because={}", backoff, refused.why());
      pause();
    }
    return true;
  }

  /** Somebody else polls: our own front from before, as long as that may be; then a stranger. */
  private void conflict(Answer.Refused refused) throws InterruptedException {
    if (refused.says("webhook")) {
      pulse.trouble(Health.degraded("somebody set a webhook for this bot; it is removed again"));
      log.warn("Somebody set a webhook while this bot polls, removing it");
      webhookRemoved = false;
      pause();
    } else if (leadership.heldFor().compareTo(timing.lease().plusSeconds(2)) < 0) {
      log.info("The poll of the front before was still open, polling again");
      stop.await(1, TimeUnit.SECONDS);
    } else {
      pulse.trouble(Health.degraded("another program polls with this bot's token (409)"));
      log.warn(
          "Another program, which does not share this backend, polls with this bot's token:"
              + " delay={}",
          backoff);
      pause();
    }
  }

  /** An answer that is not JSON hides one bad update: they are fetched one by one to pass it. */
  private void isolate(byte[] bytes) throws InterruptedException {
    if (limit > 1) {
      log.warn("An answer with updates cannot be read, fetching them one by one");
      limit = 1;
      return;
    }
    Matcher id = UPDATE_ID.matcher(new String(bytes, StandardCharsets.UTF_8));
    if (id.find()) {
      log.error("Left out an update that is not JSON: update={}", id.group(1));
      offset = Long.parseLong(id.group(1)) + 1;
    } else {
      log.warn("An answer to a poll cannot be read, trying again: delay={}", backoff);
      pause();
    }
  }

  private void takeAll(JsonNode updates) throws InterruptedException {
    for (JsonNode update : updates) {
      while (!take(update)) {
        if (isStopped() || !leadership.isHeld()) {
          return;
        }
      }
      if (isStopped()) {
        return;
      }
    }
  }

  /** Whether the update is done with; otherwise it is to be tried again. */
  private boolean take(JsonNode update) throws InterruptedException {
    Intake.Outcome outcome = intake.take(update);
    if (outcome instanceof Intake.Outcome.Later later) {
      log.info("The inbox takes nothing now, trying again: delay={}", later.after());
      pulse.trouble(Health.degraded("the inbox takes nothing now"));
      stop.await(bounded(later.after()).toMillis(), TimeUnit.MILLISECONDS);
      return false;
    }
    if (outcome instanceof Intake.Outcome.Busy b) {
      busy.tell(b.event());
    }
    // not the largest id: after a quiet week they begin anew
    offset = update.path("update_id").asLong(offset - 1) + 1;
    backoff = timing.pause();
    pulse.good(timeout.plusSeconds(60)); // whatever was in the way, before the next poll says so
    return true;
  }

  private static Duration bounded(Duration after) {
    Duration least = Duration.ofMillis(100);
    Duration most = Duration.ofSeconds(30);
    return after.compareTo(least) < 0 ? least : after.compareTo(most) > 0 ? most : after;
  }

  private void pause() throws InterruptedException {
    // the spread keeps several bots from knocking together
    double spread = 0.75 + Math.random() / 2;
    stop.await((long) (backoff.toMillis() * spread), TimeUnit.MILLISECONDS);
    backoff = timing.longer(backoff);
  }

  /** Tells Telegram where we got, so that the next front starts there. */
  private void confirm() {
    if (offset != confirmed && leadership.isHeld()) {
      api.callBriefly("getUpdates", question(1, Duration.ZERO), timing.farewell());
    }
  }
}
