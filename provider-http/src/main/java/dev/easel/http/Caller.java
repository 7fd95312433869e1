package dev.easel.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.easel.http.CallListener.CallReport;
import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Okio;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes one provider's calls: bounds them, and says what a failure means. */
final class Caller {
  private static final Logger log = LoggerFactory.getLogger(Caller.class);

  /** The longest answer that holds no picture. */
  static final long SMALL = 8L << 20;

  private static final long ERROR_BYTES = 64 * 1024;
  private static final int TRIES = 3;

  /** Reads an answer of a status below 300. */
  interface Reader<T> {
    T read(Answer answer) throws IOException;
  }

  private final String provider;
  private final OkHttpClient client;
  private final CallListener listener;
  private final Failures failures;
  private final Duration setupTime;

  Caller(String provider, OkHttpClient client, CallListener listener) {
    this.provider = provider;
    this.client = client;
    this.listener = listener;
    this.failures = new Failures(provider);
    // a name, a connection and a handshake
    this.setupTime = Duration.ofMillis(client.connectTimeoutMillis()).multipliedBy(2);
  }

  Failures failures() {
    return failures;
  }

  /**
   * Makes one call, once.
   *
   * @param limit of the answer in bytes, unpacked
   */
  <T> T once(
      Request request, Purpose purpose, Work work, Duration time, long limit, Reader<T> reader)
      throws InterruptedException {
    work.throwIfCancelled(provider);
    if (work.isOver()) {
      throw failures
          .builder(Kind.TIMEOUT, "no time was left")
          .mayBeBilled(purpose.leavesPaidWork(false))
          .build();
    }
    Sent sent = new Sent();
    Call call = client.newCall(request.newBuilder().tag(Sent.class, sent).build());
    Duration most = work.left().compareTo(time) < 0 ? work.left() : time;
    call.timeout().timeout(Math.max(1, most.toNanos()), TimeUnit.NANOSECONDS);
    Running<T> running = new Running<>(purpose, limit, reader);
    long start = System.nanoTime();
    Kind failure = null;
    Work.Registration stop = work.during(call);
    try {
      call.enqueue(running);
      if (!running.isDoneWithin(setupTime) && !sent.get()) {
        call.cancel(); // the client's own limit does not cover a handshake
      }
      return running.result();
    } catch (ProviderException e) {
      failure = e.kind();
      throw e;
    } catch (IOException e) {
      ProviderException meaning = meaning(e, purpose, sent.get(), running.status, work);
      failure = meaning.kind();
      throw meaning;
    } catch (InterruptedException e) {
      call.cancel();
      failure = Kind.CANCELLED;
      throw e;
    } finally {
      stop.close();
      report(request, running, Duration.ofNanos(System.nanoTime() - start), failure);
    }
  }

  /**
   * A call on its way. It runs on a thread of the client's, since a thread that reads from a socket
   * cannot be interrupted.
   */
  private final class Running<T> implements Callback {
    private final Purpose purpose;
    private final long limit;
    private final Reader<T> reader;
    private final CompletableFuture<T> done = new CompletableFuture<>();
    volatile int status;
    volatile @Nullable LimitedSource body;

    Running(Purpose purpose, long limit, Reader<T> reader) {
      this.purpose = purpose;
      this.limit = limit;
      this.reader = reader;
    }

    boolean isDoneWithin(Duration time) throws InterruptedException {
      try {
        done.get(time.toNanos(), TimeUnit.NANOSECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (ExecutionException e) {
        return true;
      }
    }

    T result() throws IOException, InterruptedException {
      try {
        return done.get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof IOException failed) {
          throw failed;
        }
        if (cause instanceof ProviderException refused) {
          throw refused;
        }
        throw new IllegalStateException("an answer could not be read", cause);
      }
    }

    @Override
    public void onFailure(Call call, IOException e) {
      done.completeExceptionally(e);
    }

    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        done.complete(read(response));
      } catch (Throwable e) { // an Error too: somebody waits
        done.completeExceptionally(e);
      }
    }

    private T read(Response response) throws IOException {
      status = response.code();
      LimitedSource limited = new LimitedSource(response.body().source(), limit);
      body = limited;
      Answer answer = new Answer(status, response.headers(), Okio.buffer(limited));
      if (status >= 300) {
        throw refusal(purpose, answer);
      }
      if (isHtml(response)) { // a portal or a wrong address: nobody ran anything
        throw failures
            .builder(nonsense(purpose), "answered with a page instead of data")
            .mayBeBilled(purpose == Purpose.FOLLOW)
            .build();
      }
      if (response.body().contentLength() > limit) {
        throw new TooLargeException(limit);
      }
      return reader.read(answer);
    }
  }

  private static boolean isHtml(Response response) {
    String type = response.header("Content-Type");
    return type != null
        && type.startsWith("text/html")
        && response.header(Downloads.REDIRECT) == null;
  }

  /** Makes a call that may be repeated, up to three times within the work's time. */
  <T> T repeatable(
      Request request, Purpose purpose, Work work, Duration time, long limit, Reader<T> reader)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(request, purpose, work, time, limit, reader);
      } catch (ProviderException e) {
        Duration wait = e.details().retryAfter().orElse(backoff(attempt));
        if (attempt == TRIES
            || e.kind() != Kind.UNAVAILABLE && e.kind() != Kind.RATE_LIMITED
            || wait.compareTo(Duration.ofSeconds(20)) > 0
            || !work.pause(wait)) {
          throw e;
        }
        log.debug("Asking again: provider={} path={}", provider, request.url().encodedPath(), e);
      }
    }
  }

  /** Asks for JSON; may be repeated. */
  JsonNode json(Request request, Purpose purpose, Work work, Duration time)
      throws InterruptedException {
    return repeatable(request, purpose, work, time, SMALL, this::tree);
  }

  /** Reads a small JSON answer. */
  JsonNode tree(Answer answer) throws IOException {
    JsonNode tree = Json.MAPPER.readTree(answer.stream());
    if (tree == null || tree.isMissingNode()) {
      throw new JsonParseException(null, "empty"); // of an order it may have been paid
    }
    return tree;
  }

  private static Duration backoff(int attempt) {
    long most = Math.min(8_000, 500L << attempt - 1);
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most));
  }

  private ProviderException refusal(Purpose purpose, Answer answer) throws IOException {
    Problem problem;
    try {
      problem = Problem.read(answer.beginning(ERROR_BYTES));
    } catch (TooLargeException e) {
      problem = Problem.read("");
    }
    return failures.of(purpose, answer.status(), answer.headers(), problem);
  }

  private ProviderException meaning(
      IOException e, Purpose purpose, boolean sent, int status, Work work) {
    boolean paid = purpose.leavesPaidWork(sent || status > 0);
    if (work.cancelled()) {
      return with(failures.builder(Kind.CANCELLED, "stopped as asked"), e, paid);
    }
    if (e instanceof TooLargeException) {
      return with(failures.builder(Kind.PROTOCOL, "the answer is " + e.getMessage()), e, paid);
    }
    if (e instanceof JacksonException) {
      // its message may quote the answer
      return with(failures.builder(nonsense(purpose), "the answer is no JSON"), null, paid);
    }
    if (!sent && status == 0) {
      return with(failures.builder(Kind.UNAVAILABLE, "cannot be reached"), e, paid);
    }
    if (purpose == Purpose.ORDER) {
      return with(
          failures.builder(Kind.OUTCOME_UNKNOWN, "the order went out and no answer came"), e, true);
    }
    if (e instanceof InterruptedIOException && purpose == Purpose.FREE_ORDER) {
      return with(failures.builder(Kind.TIMEOUT, "no answer came in time"), e, false);
    }
    return with(failures.builder(Kind.UNAVAILABLE, "the connection failed"), e, paid);
  }

  /** What was ordered is there all the same, and the next answer may make sense. */
  private static Kind nonsense(Purpose purpose) {
    return purpose == Purpose.FOLLOW ? Kind.UNAVAILABLE : Kind.PROTOCOL;
  }

  private static ProviderException with(
      ProviderException.Builder b, @Nullable IOException cause, boolean mayBeBilled) {
    if (cause != null) {
      b.cause(cause);
    }
    return b.mayBeBilled(mayBeBilled).build();
  }

  private void report(Request request, Running<?> running, Duration took, @Nullable Kind failure) {
    LimitedSource body = running.body;
    CallReport report =
        new CallReport(
            provider,
            request.url().encodedPath(),
            running.status,
            took,
            body == null ? 0 : body.count(),
            Optional.ofNullable(failure));
    try {
      listener.called(report);
    } catch (RuntimeException e) { // a paid picture is not lost for a metric
      log.warn("A listener of calls failed: provider={}", provider, e);
    }
  }
}
