package dev.easel.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every {@link ImageStore} promises. Extend it once for each store and say how to open one and
 * how time passes; the tests sleep for a few seconds where a server keeps time.
 */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ImageStoreContract {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration SHORT_AND_MORE = Duration.ofMillis(550);

  /** What the store under test holds at most, in bytes. */
  protected static final long CAPACITY = 16L << 20;

  private @Nullable ImageStore opened;

  /** For subclasses. */
  protected ImageStoreContract() {}

  /**
   * Opens an empty store that takes pictures of up to {@link #CAPACITY} bytes together, give or
   * take a tenth. Who opens it closes what needs closing after each test.
   */
  protected abstract ImageStore newStore() throws Exception;

  /** Lets time pass for the store: moves its clock, or sleeps where a server keeps time. */
  protected abstract void pass(Duration time) throws InterruptedException;

  @BeforeEach
  void openStore() throws Exception {
    opened = newStore();
  }

  private ImageStore store() {
    if (opened == null) {
      throw new IllegalStateException("no store was opened");
    }
    return opened;
  }

  @Test
  void pictureComesBackByteForByte() throws Exception {
    byte[] png = png(640, 480, 100_000);

    ImageRef ref = put(png, MediaType.PNG, LONG);

    assertThat(ref.type()).isEqualTo(MediaType.PNG);
    assertThat(ref.width()).isEqualTo(640);
    assertThat(ref.height()).isEqualTo(480);
    assertThat(ref.bytes()).isEqualTo(png.length);
    try (StoredImage image = store().open(ref.id()).orElseThrow()) {
      assertThat(image.ref()).isEqualTo(ref);
      assertThat(image.content().readAllBytes()).isEqualTo(png);
    }
  }

  @Test
  void everyKindOfPictureIsTaken() throws Exception {
    for (MediaType type : MediaType.values()) {
      byte[] bytes = picture(type, 300, 200);
      ImageRef ref = put(bytes, type, LONG);

      assertThat(ref.type()).isEqualTo(type);
      assertThat(ref.width()).as(type + " width").isEqualTo(300);
      assertThat(ref.height()).as(type + " height").isEqualTo(200);
      assertThat(read(ref.id())).as("" + type).isEqualTo(bytes);
    }
  }

  @Test
  void pictureCanBeOpenedManyTimesAtOnce() throws Exception {
    ImageRef ref = put(png(1, 1, 1000), MediaType.PNG, LONG);
    try (StoredImage one = store().open(ref.id()).orElseThrow();
        StoredImage two = store().open(ref.id()).orElseThrow()) {
      assertThat(one.content().readAllBytes()).hasSize(1000);
      assertThat(two.content().readAllBytes()).hasSize(1000);
    }
  }

  @Test
  void samePictureTwiceHasTwoIds() throws Exception {
    byte[] png = png(1, 1, 100);
    Set<ImageId> ids = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      ids.add(put(png, MediaType.PNG, LONG).id());
    }

    assertThat(ids).hasSize(20);
  }

  @Test
  void streamIsNotClosed() throws Exception {
    boolean[] closed = {false};
    InputStream in =
        new ByteArrayInputStream(png(1, 1, 100)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    store().put(in, MediaType.PNG, LONG);

    assertThat(closed[0]).isFalse();
  }

  @Test
  void unknownIdIsNotThere() {
    ImageId unknown = ImageId.random();

    assertThat(store().open(unknown)).isEmpty();
    store().keep(unknown, LONG);
    store().remove(unknown);
    assertThat(store().open(unknown)).isEmpty();
  }

  @Test
  void idIsNeverAPath() {
    for (String path : new String[] {"../../../../../../etc/passwd", "..", "a/b", "a\\b", "C:x"}) {
      assertThatIllegalArgumentException().isThrownBy(() -> new ImageId(path));
    }
  }

  @Test
  void whatIsNoPictureIsRejected() {
    rejected(new byte[0], MediaType.PNG);
    rejected("<svg xmlns='http://www.w3.org/2000/svg'/>".getBytes(UTF_8), MediaType.PNG);
    rejected("<html><script>alert(1)</script></html>".getBytes(UTF_8), MediaType.GIF);
    rejected(new byte[10_000], MediaType.JPEG);
    rejected(java.util.Arrays.copyOf(png(1, 1, 100), 20), MediaType.PNG);
    assertThat(store().hasRoom()).isTrue();
  }

  @Test
  void pictureOfAnotherKindThanWasSaidIsRejected() {
    rejected(png(1, 1, 100), MediaType.JPEG);
    rejected(picture(MediaType.JPEG, 1, 1), MediaType.PNG);
  }

  @Test
  void hugeSizeInASmallFileCostsNothing() {
    ImageRef ref = put(png(30_000, 30_000, 3_000), MediaType.PNG, LONG);

    assertThat(ref.width()).isEqualTo(30_000);
    assertThat(ref.bytes()).isEqualTo(3_000);
  }

  @Test
  void tooLargePictureIsNotReadToItsEnd() {
    Endless endless = new Endless(png(1, 1, 100));

    assertThatThrownBy(() -> store().put(endless, MediaType.PNG, LONG))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isIn(StoreException.Kind.REJECTED, StoreException.Kind.FULL));
    assertThat(endless.read).isLessThanOrEqualTo(ImageStore.MAX_BYTES + (1 << 20));
    assertThat(put(png(1, 1, 100), MediaType.PNG, LONG).bytes()).isEqualTo(100);
  }

  @Test
  void streamThatBreaksLeavesNothingBehind() {
    InputStream breaks =
        new InputStream() {
          private final InputStream good = new ByteArrayInputStream(png(1, 1, 100_000));

          @Override
          public int read() throws IOException {
            int next = good.read();
            if (next < 0) {
              throw new IOException("broken on purpose by a test");
            }
            return next;
          }
        };

    assertThatThrownBy(() -> store().put(breaks, MediaType.PNG, LONG))
        .isInstanceOf(StoreException.class);
    fillUp(); // nothing was counted that is not there
    assertThat(store().hasRoom()).isFalse();
  }

  @Test
  void pictureIsGoneWhenItsTimeIsOver() throws Exception {
    ImageRef goes = put(png(1, 1, 100), MediaType.PNG, SHORT);
    ImageRef stays = put(png(1, 1, 100), MediaType.PNG, LONG);
    pass(SHORT_AND_MORE);

    assertThat(store().open(goes.id())).isEmpty();
    assertThat(read(stays.id())).hasSize(100);
    store().keep(goes.id(), LONG);
    assertThat(store().open(goes.id())).as("too late to keep it").isEmpty();
  }

  @Test
  void pictureIsKeptLongerAndNeverShorter() throws Exception {
    ImageRef shorter = put(png(1, 1, 100), MediaType.PNG, LONG);
    store().keep(shorter.id(), SHORT);
    Duration keep = SHORT;
    ImageRef longer = put(png(1, 1, 100), MediaType.PNG, keep);
    store().keep(longer.id(), LONG);
    while (store().open(longer.id()).isEmpty()) { // the machine stalled in between
      keep = keep.multipliedBy(2);
      longer = put(png(1, 1, 100), MediaType.PNG, keep);
      store().keep(longer.id(), LONG);
    }
    pass(keep.plusMillis(150));

    assertThat(read(longer.id())).hasSize(100);
    assertThat(read(shorter.id())).hasSize(100);
  }

  @Test
  void removedPictureIsGone() throws Exception {
    ImageRef ref = put(png(1, 1, 100), MediaType.PNG, LONG);
    store().remove(ref.id());

    assertThat(store().open(ref.id())).isEmpty();
    store().remove(ref.id());
  }

  @Test
  void fullStoreSaysSoAndTakesAgainWhenThereIsRoom() {
    assertThat(store().hasRoom()).isTrue();
    List<ImageRef> kept = fillUp();
    assertThat(store().hasRoom()).isFalse();

    assertThat(read(kept.get(0).id())).as("nothing is dropped for what is new").isNotEmpty();
    kept.forEach(ref -> store().remove(ref.id()));

    assertThat(store().hasRoom()).isTrue();
    assertThat(put(png(1, 1, 1 << 20), MediaType.PNG, LONG).bytes()).isEqualTo(1 << 20);
  }

  @Test
  void twoThatAreReadAtOnceDoNotBothFindTheSameRoom() {
    byte[] large = png(1, 1, 10 << 20); // one fits, two do not
    List<ImageRef> kept = new ArrayList<>();
    InputStream meanwhile =
        new ByteArrayInputStream(large) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            int n = super.read(into, offset, length);
            if (n < 0 && kept.isEmpty()) {
              putIfThereIsRoom(new ByteArrayInputStream(large), kept);
            }
            return n;
          }
        };
    putIfThereIsRoom(meanwhile, kept);

    assertThat(kept).hasSize(1);
    assertThat(read(kept.get(0).id())).isEqualTo(large);
  }

  private void putIfThereIsRoom(InputStream in, List<ImageRef> kept) {
    try {
      kept.add(store().put(in, MediaType.PNG, LONG));
    } catch (StoreException e) {
      assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL);
    }
  }

  @Test
  void roomComesBackWhenPicturesExpire() throws Exception {
    Duration keep = Duration.ofSeconds(1);
    long filled = Long.MAX_VALUE;
    while (store().hasRoom()) {
      if (filled
          > CAPACITY + CAPACITY / 10) { // those of before are gone already, if there were any
        keep = keep.multipliedBy(2);
        assertThat(keep).as("full at last").isLessThan(Duration.ofMinutes(2));
        filled = 0;
      }
      filled += put(png(1, 1, 1 << 20), MediaType.PNG, keep).bytes();
    }
    pass(keep.plusMillis(300));

    assertThat(put(png(1, 1, 1 << 20), MediaType.PNG, LONG).bytes()).isEqualTo(1 << 20);
    assertThat(store().hasRoom()).isTrue();
  }

  @Test
  void manyPicturesAtOnceAreAllKept() throws Exception {
    List<FutureTask<List<ImageRef>>> threads =
        IntStream.range(0, 4).mapToObj(i -> Eventually.inBackground(() -> putTen(i))).toList();
    int n = 0;
    for (FutureTask<List<ImageRef>> thread : threads) {
      for (ImageRef ref : Eventually.get(thread)) {
        assertThat(read(ref.id())).hasSize((int) ref.bytes());
        n++;
      }
    }

    assertThat(n).isEqualTo(40);
  }

  @Test
  void callsBeyondTheirLimitsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> put(png(1, 1, 100), MediaType.PNG, Duration.ZERO));
  }

  private List<ImageRef> putTen(int seed) {
    return IntStream.range(0, 10)
        .mapToObj(i -> put(png(1 + seed, 1 + i, 1000 + 100 * seed + i), MediaType.PNG, LONG))
        .toList();
  }

  /** Puts pictures of a megabyte until the store is full. */
  private List<ImageRef> fillUp() {
    List<ImageRef> kept = new ArrayList<>();
    byte[] png = png(1, 1, 1 << 20);
    while (kept.size() * (1L << 20) < 2 * CAPACITY) {
      try {
        kept.add(put(png, MediaType.PNG, LONG));
      } catch (StoreException e) {
        assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL);
        assertThat(kept.size() * (1L << 20))
            .isBetween(CAPACITY - CAPACITY / 10, CAPACITY + CAPACITY / 10);
        return kept;
      }
    }
    throw new AssertionError("the store took twice what it should hold");
  }

  private void rejected(byte[] bytes, MediaType type) {
    ThrowingCallable put = () -> put(bytes, type, LONG);
    assertThatThrownBy(put)
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.REJECTED));
  }

  private ImageRef put(byte[] bytes, MediaType type, Duration keep) {
    return store().put(new ByteArrayInputStream(bytes), type, keep);
  }

  private byte[] read(ImageId id) {
    try (StoredImage image = store().open(id).orElseThrow()) {
      return image.content().readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The first bytes of a PNG and noise after them: stores look no further. */
  private static byte[] png(int width, int height, int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    ByteBuffer.wrap(noise)
        .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put("IHDR".getBytes(US_ASCII))
        .putInt(width)
        .putInt(height);
    return noise;
  }

  private static byte[] picture(MediaType type, int width, int height) {
    ByteBuffer out = ByteBuffer.allocate(64);
    byte[] wide = {(byte) width, (byte) (width >> 8)};
    byte[] high = {(byte) height, (byte) (height >> 8)};
    switch (type) {
      case PNG -> out.put(png(width, height, 64));
      case JPEG ->
          out.put(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc0, 0, 17, 8})
              .putShort((short) height)
              .putShort((short) width);
      case GIF -> out.put("GIF89a".getBytes(US_ASCII)).put(wide).put(high);
      case WEBP ->
          out.put("RIFF....WEBPVP8X".getBytes(US_ASCII))
              .put(new byte[8])
              .put(new byte[] {(byte) (width - 1), (byte) ((width - 1) >> 8), 0})
              .put(new byte[] {(byte) (height - 1), (byte) ((height - 1) >> 8), 0});
      case AVIF ->
          out.putInt(16)
              .put("ftypavif".getBytes(US_ASCII))
              .putInt(20)
              .put("ispe".getBytes(US_ASCII))
              .putInt(0)
              .putInt(width)
              .putInt(height);
    }
    return out.array();
  }

  /** A picture without an end. */
  private static final class Endless extends InputStream {
    private final byte[] head;
    private long read;

    private Endless(byte[] head) {
      this.head = head;
    }

    @Override
    public int read() {
      return read < head.length ? head[(int) read++] & 0xff : next();
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      int n = 0;
      while (n < length && read < head.length) {
        into[offset + n++] = head[(int) read++];
      }
      read += length - n;
      return length;
    }

    private int next() {
      read++;
      return 0;
    }
  }
}
