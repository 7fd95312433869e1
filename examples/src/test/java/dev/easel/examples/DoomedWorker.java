package dev.easel.examples;

import dev.easel.Backend;
import dev.easel.bot.ImageService;
import dev.easel.bot.Role;
import dev.easel.http.HttpAccess;
import dev.easel.redis.RedisBackend;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * Workers in a process that is going to be killed. Each has a queue and a service of its own, and
 * comes to a certain moment and not beyond it.
 */
final class DoomedWorker {
  /** Said by each whose moment is there, before the moment. */
  static final String STOPPED = "stopped ";

  private DoomedWorker() {}

  /**
   * @param args the backend's address, the adapter, and for each worker its queue, its service's
   *     address, its moment
   */
  public static void main(String[] args) throws InterruptedException {
    Adapter adapter = Adapter.valueOf(args[1]);
    for (int i = 2; i < args.length; i += 3) {
      start(args[0], adapter, args[i], args[i + 1], new Moments(args[i + 2]));
    }
    new CountDownLatch(1).await();
  }

  private static void start(
      String redis, Adapter adapter, String queue, String service, Moments moments) {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(chain -> watched(chain, adapter, moments))
            .build();
    HttpAccess access = HttpAccess.builder().client(client).build();
    Backend backend =
        new WatchedBackend(RedisBackend.builder().uri(redis).queue(queue).build(), moments);
    ImageService.builder(adapter.provider(service, access), backend)
        .roles(Role.WORKER)
        .workers(1)
        .build()
        .start();
  }

  private static Response watched(Interceptor.Chain chain, Adapter adapter, Moments moments)
      throws IOException {
    String act = adapter.act(chain.request().method(), chain.request().url().encodedPath());
    moments.before(act);
    Response response = chain.proceed(chain.request());
    moments.after(act);
    return response;
  }
}
