package dev.easel.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pictures in Redis, where what is sent and what is left there matters. */
@Timeout(60)
class PicturesTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int CAPACITY = 6_000_000;

  /** As if the time of every picture were over, and nobody had looked since. */
  private static final String LET_EXPIRE =
      "for _, id in ipairs(redis.call('ZRANGE', 'easel:{main}:ix', 0, -1)) do"
          + " redis.call('ZADD', 'easel:{main}:ix', 1, id) end"
          + " for _, k in ipairs(redis.call('KEYS', 'easel:{main}:i:*')) do redis.call('DEL', k) end"
          + " return 0";

  private TestServer server;
  private RedisBackend backend;
  private ImageStore store;

  @BeforeEach
  void open() throws Exception {
    server = TestServer.embedded();
    backend = RedisBackend.builder().uri(server.uri()).imageBytes(CAPACITY).build();
    store = backend.images();
  }

  @AfterEach
  void close() throws Exception {
    backend.close();
    server.close();
  }

  @Test
  void pictureHasTheRoomOfAllThatHaveExpired() throws Exception {
    fillAndLetExpire(2_000);
    try (RedisBackend small =
        RedisBackend.builder().uri(server.uri()).imageBytes(410_000).build()) {
      assertThat(small.images().put(png(400_000), MediaType.PNG, LONG).bytes()).isEqualTo(400_000);
    }
  }

  @Test
  void thereIsRoomOnceAllHaveExpired() throws Exception {
    fillAndLetExpire(29_000);

    assertThat(store.hasRoom()).isTrue();
    assertThat(server.command("EXISTS", "easel:{main}:ib", "easel:{main}:ix", "easel:{main}:iz"))
        .as("nothing is left of them")
        .startsWith(":0");
  }

  @Test
  void fullStoreStaysFullWhileNothingExpires() {
    put(5_500_000);

    assertThat(store.hasRoom()).isFalse();
    assertThatThrownBy(() -> put(600_000))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL));
  }

  @Test
  void whoClosesAPictureEarlyDoesNotFetchTheRest() throws Exception {
    ImageRef ref = put(4_000_000);
    long before = gets();
    try (StoredImage image = store.open(ref.id()).orElseThrow()) {
      assertThat(image.content().readNBytes(100)).hasSize(100);
    }

    assertThat(gets() - before).as("the description and the first part").isEqualTo(2);
  }

  @Test
  void largePictureIsReadToItsEnd() throws Exception {
    ImageRef ref = put(1_300_000);
    try (StoredImage image = store.open(ref.id()).orElseThrow()) {
      assertThat(image.content().readNBytes(5))
          .isEqualTo(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13});
      assertThat(image.content().read()).isEqualTo('\n');
      assertThat(image.content().readAllBytes()).hasSize(1_299_994).endsWith(7);
      assertThat(image.content().read()).isEqualTo(-1);
    }
  }

  /** Of 200 pictures. */
  private void fillAndLetExpire(int size) throws Exception {
    for (int i = 0; i < 200; i++) {
      put(size);
    }
    server.command("EVAL", LET_EXPIRE, "0");
  }

  private ImageRef put(int size) {
    return store.put(png(size), MediaType.PNG, LONG);
  }

  private static ByteArrayInputStream png(int size) {
    byte[] png = new byte[size];
    ByteBuffer.wrap(png)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put("IHDR".getBytes(US_ASCII))
        .putInt(10)
        .putInt(10);
    png[size - 1] = 7;
    return new ByteArrayInputStream(png);
  }

  private long gets() throws Exception {
    String stats = server.command("INFO", "commandstats");
    String get = "cmdstat_get:calls=";
    int at = stats.indexOf(get);
    return at < 0 ? 0 : Long.parseLong(stats.substring(at + get.length(), stats.indexOf(',', at)));
  }
}
