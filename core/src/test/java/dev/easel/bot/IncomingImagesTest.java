package dev.easel.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.easel.chat.RemoteImage;
import dev.easel.chat.TransportException;
import dev.easel.store.ImageId;
import dev.easel.store.ImageRef;
import dev.easel.store.ImageStore;
import dev.easel.store.MediaType;
import dev.easel.store.StoredImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class IncomingImagesTest {
  private final Store store = new Store();
  private final IncomingImages incoming = new IncomingImages(store, Duration.ofDays(1));
  private final FakeOutbox outbox = new FakeOutbox();

  @Test
  void anAlbumThatCannotBeFetchedWholeLeavesNothingBehind() throws Exception {
    ImageRef before = store.put(InputStream.nullInputStream(), MediaType.PNG, Duration.ofDays(1));
    outbox.pictures.add(png());
    List<RemoteImage> album =
        List.of(
            new RemoteImage("1", Optional.empty(), Optional.empty()),
            RemoteImage.stored(before),
            new RemoteImage("2", Optional.empty(), Optional.empty()));

    assertThatThrownBy(() -> incoming.fetchAll(album, outbox))
        .isInstanceOf(TransportException.class);
    assertThat(store.kept).as("the transport's own stays").containsExactly(before.id());
    outbox.pictures.add(png());
    outbox.pictures.add(png());
    assertThat(incoming.fetchAll(album, outbox)).hasSize(3);
  }

  private static byte[] png() {
    try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
      ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Store implements ImageStore {
    private final Set<ImageId> kept = new HashSet<>();

    @Override
    public ImageRef put(InputStream in, MediaType type, Duration keep) {
      ImageRef ref = new ImageRef(ImageId.random(), type, 4, 4, 100);
      kept.add(ref.id());
      return ref;
    }

    @Override
    public Optional<StoredImage> open(ImageId id) {
      return Optional.empty();
    }

    @Override
    public void keep(ImageId id, Duration time) {}

    @Override
    public void remove(ImageId id) {
      kept.remove(id);
    }

    @Override
    public boolean hasRoom() {
      return true;
    }
  }
}
