package dev.easel.telegram;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;

/** How a transport works, as its {@link TelegramTransport.Builder} was told. */
record Settings(
    Token token,
    Optional<Push> push,
    String instance,
    HttpUrl url,
    Optional<OkHttpClient> http,
    Optional<Path> localFiles,
    Duration pollTimeout,
    List<String> allowedUpdates,
    int messagesPerSecond,
    String busyText,
    ThreadFactory threads,
    Timing timing) {

  /** Where Telegram pushes to; without it, the bot polls. */
  record Push(URI url, String secret, int maxConnections) {
    @Override
    public String toString() {
      return "Push[" + url + "]";
    }
  }

  /** A thread with a name, which is not started. */
  Thread thread(String name, Runnable what) {
    Thread thread = threads.newThread(what);
    thread.setName(name);
    return thread;
  }
}
