package dev.easel.http;

import dev.easel.image.ProviderException;
import dev.easel.image.ProviderException.Kind;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Fetches results from the addresses that a service names: only from the service's own origin, or
 * over https from public hosts. The key goes to the service's own origin only. Every redirect is
 * looked at like the first address.
 */
final class Downloads {
  /** Marks an answer that was a redirect. */
  static final String REDIRECT = "x-easel-redirect";

  private static final int MAX_REDIRECTS = 3;

  private final HttpUrl origin;
  private final Headers key;
  private final Caller own;
  private final Caller others;
  private final OkHttpClient client;
  private final Duration time;
  private final PictureBytes pictures;
  private final long limit;

  /**
   * @param origin where the service is
   * @param key goes there and nowhere else
   */
  Downloads(String provider, HttpAccess access, HttpUrl origin, Headers key) {
    this.origin = origin;
    this.key = key;
    this.client = access.client();
    this.time = access.downloadTime();
    this.limit = access.maxPictureBytes();
    this.pictures = new PictureBytes(limit);
    this.own = new Caller(provider, passingRedirects(client), access.listener());
    this.others =
        new Caller(
            provider,
            passingRedirects(client.newBuilder().dns(new PublicDns(client.dns())).build()),
            access.listener());
  }

  /** Lets a redirect through as an answer, to be looked at. */
  private static OkHttpClient passingRedirects(OkHttpClient client) {
    return client
        .newBuilder()
        .addInterceptor(
            chain -> {
              Response response = chain.proceed(chain.request());
              return response.isRedirect()
                  ? response.newBuilder().code(200).header(REDIRECT, "yes").build()
                  : response.newBuilder().removeHeader(REDIRECT).build();
            })
        .build();
  }

  private record Step(byte[] bytes, Optional<String> location) {}

  /**
   * @throws ProviderException {@code PROTOCOL} if the address is none to fetch from, {@code
   *     NO_IMAGE} if there is nothing, {@code UNAVAILABLE} if it cannot be reached; all may be
   *     billed
   */
  byte[] fetch(String address, Work work) throws InterruptedException {
    HttpUrl url = HttpUrl.parse(address);
    for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      if (url == null) {
        throw refused("is no http address");
      }
      Step step = step(url, work);
      if (step.location().isEmpty()) {
        return step.bytes();
      }
      url = url.resolve(step.location().get());
    }
    throw refused("redirects more than " + MAX_REDIRECTS + " times");
  }

  /**
   * Puts a picture where a service said it wants it, without the key.
   *
   * @param also an origin where the address may be, besides the own and public hosts
   */
  void upload(String address, RequestBody picture, HttpUrl also, Work work)
      throws InterruptedException {
    HttpUrl url = HttpUrl.parse(address);
    if (url == null) {
      throw own.failures().of(Kind.PROTOCOL, "the address for an upload is no address");
    }
    boolean known = isOwn(url) || isAt(url, also);
    Optional<String> why = known ? Optional.empty() : whyNotPublic(url);
    if (why.isPresent()) {
      throw own.failures().of(Kind.PROTOCOL, "the address for an upload " + why.get());
    }
    (known ? own : others)
        .repeatable(
            new Request.Builder().url(url).put(picture).build(),
            Purpose.ASK,
            work,
            time,
            Caller.SMALL,
            this::taken);
  }

  private int taken(Answer answer) {
    if (answer.headers().get(REDIRECT) != null) {
      throw own.failures().of(Kind.PROTOCOL, "an upload was sent elsewhere");
    }
    return answer.status();
  }

  private Step step(HttpUrl url, Work work) throws InterruptedException {
    boolean isOwn = isOwn(url);
    Optional<String> why = isOwn ? Optional.empty() : whyNotPublic(url);
    if (why.isPresent()) {
      throw refused(why.get());
    }
    Request.Builder request = new Request.Builder().url(url);
    if (isOwn) {
      request.headers(key);
    }
    try {
      return (isOwn ? own : others)
          .repeatable(request.build(), Purpose.FOLLOW, work, time, limit, this::read);
    } catch (ProviderException e) {
      int status = e.details().httpStatus().orElse(0);
      if (status == 403 || status == 404 || status == 410) { // its hour is over
        throw own.failures()
            .builder(Kind.NO_IMAGE, "the result is no longer at its address")
            .httpStatus(status)
            .mayBeBilled(true)
            .build();
      }
      throw e;
    }
  }

  private Step read(Answer answer) throws java.io.IOException {
    if (answer.headers().get(REDIRECT) != null) {
      String to = answer.headers().get("Location");
      if (to == null) {
        throw refused("redirects to nowhere");
      }
      return new Step(new byte[0], Optional.of(to));
    }
    return new Step(pictures.all(answer), Optional.empty());
  }

  boolean isOwn(HttpUrl url) {
    return isAt(url, origin);
  }

  private static boolean isAt(HttpUrl url, HttpUrl place) {
    return url.scheme().equals(place.scheme())
        && url.host().equals(place.host())
        && url.port() == place.port();
  }

  private Optional<String> whyNotPublic(HttpUrl url) {
    if (!url.isHttps()) {
      return Optional.of("is neither https nor the service's own");
    }
    if (goesThroughProxy(url)) {
      return Optional.of("would be reached by a proxy, which nobody could check");
    }
    // a host that is an address is never looked up
    return isAddress(url.host()) && !isPublicAddress(url.host())
        ? Optional.of("is not public")
        : Optional.empty();
  }

  private boolean goesThroughProxy(HttpUrl url) {
    Proxy fixed = client.proxy();
    List<Proxy> proxies = fixed != null ? List.of(fixed) : client.proxySelector().select(url.uri());
    return proxies != null && proxies.stream().anyMatch(p -> p.type() != Proxy.Type.DIRECT);
  }

  private static boolean isAddress(String host) {
    return host.indexOf(':') >= 0 || host.matches("[0-9.]+");
  }

  private static boolean isPublicAddress(String host) {
    try {
      return PublicDns.isPublic(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private ProviderException refused(String why) {
    return own.failures()
        .builder(Kind.PROTOCOL, "the address of the result " + why)
        .mayBeBilled(true)
        .build();
  }
}
