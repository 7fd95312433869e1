package dev.easel.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.store.FolderImageStore;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StoreException;
import dev.easel.store.StoredImage;
import dev.easel.testkit.ImageStoreContract;
import dev.easel.testkit.SettableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stands here, since core cannot see the contract. */
class FolderImageStoreTest extends ImageStoreContract {
  private static final Duration LONG = Duration.ofHours(5);
  private static final Duration MINUTE = Duration.ofMinutes(1).plusSeconds(1);

  @TempDir private Path folder;
  private final SettableClock clock = new SettableClock();

  @Override
  protected ImageStore newStore() {
    return MemoryBackend.builder()
        .clock(clock)
        .imageFolder(folder)
        .maxImageBytes(CAPACITY)
        .build()
        .images();
  }

  @Override
  protected void pass(Duration time) {
    clock.advance(time);
  }

  @Test
  void picturesSurviveARestartWithTheirTimes() throws Exception {
    ImageRef stays = put(newStore(), 100, LONG);
    ImageRef goes = put(newStore(), 100, Duration.ofSeconds(10));

    ImageStore reopened = newStore();
    try (StoredImage image = reopened.open(stays.id()).orElseThrow()) {
      assertThat(image.ref()).isEqualTo(stays);
    }
    assertThat(reopened.open(goes.id())).isPresent().hasValueSatisfying(FolderImageStoreTest::shut);
    clock.advance(Duration.ofSeconds(11));
    assertThat(newStore().open(goes.id())).isEmpty();
  }

  @Test
  void pictureMayBeKeptForEver() {
    ImageStore store = newStore();
    ImageRef ref = put(store, 100, Duration.ofSeconds(Long.MAX_VALUE));
    store.keep(ref.id(), Duration.ofSeconds(Long.MAX_VALUE));

    assertThat(store.open(ref.id())).hasValueSatisfying(FolderImageStoreTest::shut);
  }

  @Test
  void capCountsWhatWasThereBefore() {
    put(newStore(), (int) CAPACITY - 1000, LONG);

    assertThatThrownBy(() -> put(newStore(), 2000, LONG))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.FULL));
    assertThat(newStore().hasRoom()).isFalse();
  }

  @Test
  void twoProcessesShareTheFolder() {
    ImageStore one = newStore();
    ImageStore two = newStore();
    ImageRef ref = put(one, 1000, LONG);

    assertThat(two.open(ref.id())).hasValueSatisfying(FolderImageStoreTest::shut);
    two.remove(ref.id());
    assertThat(one.open(ref.id())).isEmpty();
    ImageRef large = put(two, (int) CAPACITY - 1000, LONG);
    clock.advance(MINUTE);
    assertThat(one.hasRoom()).as("knows of the other's picture").isFalse();
    two.remove(large.id());
    assertThat(one.hasRoom()).as("and of its end").isTrue();
  }

  @Test
  void expiredFilesGoWithoutBeingAskedFor() throws Exception {
    ImageStore store = newStore();
    put(store, 100, Duration.ofSeconds(10));
    clock.advance(MINUTE);
    assertThat(store.hasRoom()).isTrue();

    assertThat(files()).isEmpty();
  }

  @Test
  void whatACrashLeftBehindGoesAndWhatIsBeingWrittenStays() throws Exception {
    Path old = Files.createTempFile(folder, "", ".part");
    Path young = Files.createTempFile(folder, "", ".part");
    Files.setLastModifiedTime(old, FileTime.from(clock.instant().minus(Duration.ofHours(2))));
    Files.setLastModifiedTime(young, FileTime.from(clock.instant()));

    assertThat(newStore().hasRoom()).isTrue();

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void failedPutLeavesNoFile() throws Exception {
    ImageStore store = newStore();
    assertThatThrownBy(
            () -> store.put(new ByteArrayInputStream(new byte[100]), MediaType.PNG, LONG))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> put(store, (int) CAPACITY + 1000, LONG))
        .isInstanceOf(StoreException.class);

    assertThat(files()).isEmpty();
  }

  @Test
  void filesOfOthersAreLeftAlone() throws Exception {
    Path readme = Files.writeString(folder.resolve("README.txt"), "mine");
    Path inner = Files.createDirectory(folder.resolve("x".repeat(30)));
    for (Path file : new Path[] {readme, inner}) {
      Files.setLastModifiedTime(file, FileTime.from(clock.instant().minus(LONG)));
    }
    ImageStore store = newStore();
    clock.advance(MINUTE);
    assertThat(store.hasRoom()).isTrue();

    assertThat(readme).exists();
    assertThat(inner).exists();
    assertThat(store.open(new ImageId("x".repeat(30)))).isEmpty();
  }

  @Test
  void linkDoesNotLeadOutOfTheFolder(@TempDir Path elsewhere) throws Exception {
    Path secret = Files.write(elsewhere.resolve("secret"), png(100));
    Files.setLastModifiedTime(secret, FileTime.from(clock.instant().plus(LONG)));
    ImageId id = ImageId.random();
    Files.createSymbolicLink(folder.resolve(id.value()), secret);
    ImageStore store = newStore();

    assertThat(store.open(id)).isEmpty();
    store.keep(id, LONG);
    store.remove(id);
    assertThat(secret).exists();
  }

  @Test
  void openPictureIsReadToItsEndThoughItIsRemovedMeanwhile() throws Exception {
    ImageStore store = newStore();
    ImageRef ref = put(store, 1_000_000, LONG);
    try (StoredImage image = store.open(ref.id()).orElseThrow()) {
      store.remove(ref.id());

      assertThat(image.content().readAllBytes()).hasSize(1_000_000);
    }
  }

  @Test
  void folderThatIsNoFolderIsRefusedAtOnce() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> FolderImageStore.open(file, 1000, clock))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void missingFolderIsMade() {
    Path made = folder.resolve("a/b");
    FolderImageStore.open(made, 1000, clock);

    assertThat(made).isDirectory();
  }

  private Stream<Path> files() throws IOException {
    try (Stream<Path> list = Files.list(folder)) {
      return list.toList().stream();
    }
  }

  private static ImageRef put(ImageStore store, int bytes, Duration keep) {
    return store.put(new ByteArrayInputStream(png(bytes)), MediaType.PNG, keep);
  }

  private static byte[] png(int bytes) {
    ByteBuffer png = ByteBuffer.allocate(bytes);
    png.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
        .putInt(13)
        .put("IHDR".getBytes(StandardCharsets.US_ASCII))
        .putInt(10)
        .putInt(20);
    return png.array();
  }

  private static void shut(StoredImage image) {
    try {
      image.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
