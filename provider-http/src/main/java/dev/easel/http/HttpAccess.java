package dev.easel.http;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;

import dev.easel.store.ImageStore;
import java.time.Duration;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/**
 * How providers reach their services: the pooled client, the time for each phase, and the limits of
 * what is taken. Immutable; meant to be shared by all providers of a process.
 */
public final class HttpAccess {
  private static final HttpAccess SHARED = builder().build();

  private final OkHttpClient client;
  private final Duration renderTime;
  private final Duration shortCallTime;
  private final Duration downloadTime;
  private final long maxPictureBytes;
  private final long maxPixels;
  private final CallListener listener;

  private HttpAccess(Builder b) {
    client =
        b.client
            .newBuilder()
            .dispatcher(dispatcher())
            .connectTimeout(b.connectTime)
            .writeTimeout(Duration.ofSeconds(60))
            .readTimeout(Duration.ZERO) // a picture may take minutes; each call has its own limit
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false) // it would repeat what may have been paid
            .addNetworkInterceptor(
                chain -> {
                  Sent sent = chain.request().tag(Sent.class);
                  if (sent != null) {
                    sent.set();
                  }
                  return chain.proceed(chain.request());
                })
            .build();
    renderTime = b.renderTime;
    shortCallTime = b.shortCallTime;
    downloadTime = b.downloadTime;
    maxPictureBytes = b.maxPictureBytes;
    maxPixels = b.maxPixels;
    listener = b.listener;
  }

  /** The bot's workers bound how many calls there are; the client's threads keep nobody alive. */
  private static Dispatcher dispatcher() {
    AtomicInteger count = new AtomicInteger();
    Dispatcher dispatcher =
        new Dispatcher(
            new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                30,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> {
                  Thread thread = new Thread(task, "easel-http-" + count.incrementAndGet());
                  thread.setDaemon(true);
                  return thread;
                }));
    dispatcher.setMaxRequests(1_000);
    dispatcher.setMaxRequestsPerHost(1_000);
    return dispatcher;
  }

  /** One for the whole process, with the defaults. */
  public static HttpAccess shared() {
    return SHARED;
  }

  public static Builder builder() {
    return new Builder();
  }

  OkHttpClient client() {
    return client;
  }

  Duration renderTime() {
    return renderTime;
  }

  Duration shortCallTime() {
    return shortCallTime;
  }

  Duration downloadTime() {
    return downloadTime;
  }

  long maxPictureBytes() {
    return maxPictureBytes;
  }

  long maxPixels() {
    return maxPixels;
  }

  CallListener listener() {
    return listener;
  }

  /**
   * Starts with a client of its own and the defaults that each method names. Its idle connections
   * are closed after 2 s: many small servers close theirs after 5 s, and an order that goes out on
   * a connection that was just closed is one whose outcome nobody knows.
   */
  public static final class Builder {
    private OkHttpClient client =
        new OkHttpClient.Builder().connectionPool(new ConnectionPool(16, 2, SECONDS)).build();
    private Duration connectTime = Duration.ofSeconds(10);
    private Duration renderTime = Duration.ofMinutes(5);
    private Duration shortCallTime = Duration.ofSeconds(30);
    private Duration downloadTime = Duration.ofMinutes(2);
    private long maxPictureBytes = ImageStore.MAX_BYTES;
    private long maxPixels = 100_000_000;
    private CallListener listener = report -> {};

    private Builder() {}

    /** The client whose pool, proxy, DNS and interceptors are used. Its timeouts are not. */
    public Builder client(OkHttpClient base) {
      client = requireNonNull(base, "base");
      return this;
    }

    /** For a connection, TLS included. Default 10 s. */
    public Builder connectTime(Duration time) {
      connectTime = positive(time, "connectTime");
      return this;
    }

    /**
     * For one call that makes a picture, unless the task's timeout says otherwise. Default 5 min.
     */
    public Builder renderTime(Duration time) {
      renderTime = positive(time, "renderTime");
      return this;
    }

    /** For a call that only asks or tells. Default 30 s. */
    public Builder shortCallTime(Duration time) {
      shortCallTime = positive(time, "shortCallTime");
      return this;
    }

    /** For fetching one picture. Default 2 min. */
    public Builder downloadTime(Duration time) {
      downloadTime = positive(time, "downloadTime");
      return this;
    }

    /** The largest picture that is taken. Default, and at most, {@link ImageStore#MAX_BYTES}. */
    public Builder maxPictureBytes(long bytes) {
      if (bytes < 1 || bytes > ImageStore.MAX_BYTES) {
        throw new IllegalArgumentException(
            "maxPictureBytes must be 1 to " + ImageStore.MAX_BYTES + ", was " + bytes);
      }
      maxPictureBytes = bytes;
      return this;
    }

    /** The most pixels of a picture that is taken. Default 100 million. */
    public Builder maxPixels(long pixels) {
      if (pixels < 1) {
        throw new IllegalArgumentException("maxPixels must be at least 1, was " + pixels);
      }
      maxPixels = pixels;
      return this;
    }

    /** Hears of each call. Default nobody. */
    public Builder listener(CallListener hears) {
      listener = requireNonNull(hears, "hears");
      return this;
    }

    public HttpAccess build() {
      return new HttpAccess(this);
    }

    private static Duration positive(Duration time, String name) {
      if (time.isZero() || time.isNegative()) {
        throw new IllegalArgumentException(name + " must be above zero, was " + time);
      }
      return time;
    }
  }
}
