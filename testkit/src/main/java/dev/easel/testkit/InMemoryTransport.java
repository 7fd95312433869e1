package dev.easel.testkit;

import static java.util.Objects.requireNonNull;

import dev.easel.chat.ActionRef;
import dev.easel.chat.Activity;
import dev.easel.chat.CommandMenu;
import dev.easel.chat.ConversationRef;
import dev.easel.chat.Host;
import dev.easel.chat.MessageRef;
import dev.easel.chat.Notice;
import dev.easel.chat.OperationId;
import dev.easel.chat.Outbox;
import dev.easel.chat.OutgoingMessage;
import dev.easel.chat.Receipt;
import dev.easel.chat.RemoteImage;
import dev.easel.chat.Transport;
import dev.easel.chat.TransportCapabilities;
import dev.easel.chat.TransportException;
import dev.easel.chat.TransportId;
import dev.easel.health.Health;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A platform in memory that {@link ScriptedUser}s write on: a bot is tested with it without any
 * network. Thread-safe.
 *
 * <p>A send that is repeated with its operation id gives no second message, as on a platform that
 * knows such ids.
 */
public final class InMemoryTransport implements Transport {
  private final TransportId id;
  private final TransportCapabilities capabilities;
  private final MemoryOutbox outbox = new MemoryOutbox();
  private final Map<String, Seen> messages = new LinkedHashMap<>();
  private final Map<OperationId, MessageRef> operations = new HashMap<>();
  private final Map<String, byte[]> pictures = new HashMap<>();
  private final List<Notice> notices = new ArrayList<>();
  private final List<CommandMenu> menus = new ArrayList<>();
  private final Deque<Object> troubles = new ArrayDeque<>();
  private @Nullable Host host;
  private boolean receiving;
  private boolean closed;
  private int numbers;
  private int opened;

  /**
   * A message of the bot as its reader sees it.
   *
   * @param forms how often it took a new form, the first included
   */
  public record Seen(MessageRef ref, OutgoingMessage message, int forms, boolean deleted) {}

  /** A platform that can do everything, with edits as often as one likes. */
  public InMemoryTransport() {
    this(
        new TransportId("memory", "test"),
        new TransportCapabilities(
            true, true, 8, 10, 10, 4096, 1024, true, true, Duration.ZERO, Duration.ZERO));
  }

  public InMemoryTransport(TransportId id, TransportCapabilities capabilities) {
    this.id = requireNonNull(id, "id");
    this.capabilities = requireNonNull(capabilities, "capabilities");
  }

  @Override
  public TransportId id() {
    return id;
  }

  @Override
  public TransportCapabilities capabilities() {
    return capabilities;
  }

  @Override
  public synchronized void start(Host newHost) {
    host = newHost;
    receiving = true;
    closed = false; // the platform is still there when the next bot comes
  }

  @Override
  public Outbox outbox() {
    return outbox;
  }

  @Override
  public synchronized Health health() {
    return closed ? Health.down("closed") : Health.up();
  }

  @Override
  public synchronized void stopReceiving() {
    receiving = false;
  }

  @Override
  public synchronized void close(Duration deadline) {
    closed = true;
    receiving = false;
  }

  /** Where users' events go; fails before the bot has started. */
  synchronized Host host() {
    if (host == null) {
      throw new IllegalStateException("the bot has not been started");
    }
    return host;
  }

  synchronized boolean isReceiving() {
    return receiving;
  }

  synchronized int nextNumber() {
    return ++numbers;
  }

  /** Keeps a picture for {@link Outbox#open}. */
  synchronized RemoteImage keep(byte[] picture) {
    String locator = "picture-" + nextNumber();
    pictures.put(locator, picture.clone());
    return new RemoteImage(locator, Optional.of((long) picture.length), Optional.empty());
  }

  /** Has the next send or edit answer this instead of doing anything. */
  public synchronized void answerNext(Receipt receipt) {
    troubles.add(receipt);
  }

  /** Has the next send or edit throw this instead of doing anything. */
  public synchronized void throwNext(TransportException e) {
    troubles.add(e);
  }

  /** What stands in a conversation, in the order of first sending, without what was deleted. */
  public synchronized List<Seen> messages(ConversationRef conversation) {
    return messages.values().stream()
        .filter(seen -> seen.ref().conversation().equals(conversation) && !seen.deleted())
        .toList();
  }

  /** How often pictures that people sent were opened. */
  public synchronized int opened() {
    return opened;
  }

  /** All answers to presses so far. */
  public synchronized List<Notice> notices() {
    return List.copyOf(notices);
  }

  /** The menus that were published last. */
  public synchronized List<CommandMenu> menus() {
    return List.copyOf(menus);
  }

  private final class MemoryOutbox implements Outbox {
    @Override
    public Receipt send(ConversationRef to, OutgoingMessage message, OperationId operation) {
      synchronized (InMemoryTransport.this) {
        Optional<Receipt> trouble = trouble();
        if (trouble.isPresent()) {
          return trouble.get();
        }
        MessageRef known = operations.get(operation);
        if (known != null) {
          return Receipt.Delivered.of(known);
        }
        MessageRef ref = MessageRef.of(to, "m" + nextNumber());
        operations.put(operation, ref);
        messages.put(ref.ids().get(0), new Seen(ref, message, 1, false));
        InMemoryTransport.this.notifyAll();
        return Receipt.Delivered.of(ref);
      }
    }

    @Override
    public Receipt edit(MessageRef which, OutgoingMessage message, OperationId operation) {
      synchronized (InMemoryTransport.this) {
        Optional<Receipt> trouble = trouble();
        if (trouble.isPresent()) {
          return trouble.get();
        }
        Seen seen = messages.get(which.ids().get(0));
        if (seen == null || seen.deleted()) {
          return new Receipt.Gone("no such message");
        }
        if (seen.message().equals(message)) {
          return new Receipt.Unchanged();
        }
        messages.put(which.ids().get(0), new Seen(which, message, seen.forms() + 1, false));
        InMemoryTransport.this.notifyAll();
        return Receipt.Delivered.of(which);
      }
    }

    @Override
    public Receipt delete(MessageRef which) {
      synchronized (InMemoryTransport.this) {
        Seen seen = messages.get(which.ids().get(0));
        if (seen == null) {
          return new Receipt.Gone("no such message");
        }
        messages.put(which.ids().get(0), new Seen(which, seen.message(), seen.forms(), true));
        return Receipt.Delivered.of(which);
      }
    }

    @Override
    public void answer(ActionRef press, Notice notice) {
      synchronized (InMemoryTransport.this) {
        notices.add(notice);
        InMemoryTransport.this.notifyAll();
      }
    }

    @Override
    public void indicate(ConversationRef where, Activity what) {
      // nobody watches
    }

    @Override
    public void publish(List<CommandMenu> all) {
      synchronized (InMemoryTransport.this) {
        menus.clear();
        menus.addAll(all);
        InMemoryTransport.this.notifyAll();
      }
    }

    @Override
    public InputStream open(RemoteImage image) {
      synchronized (InMemoryTransport.this) {
        opened++;
        byte[] bytes = pictures.get(image.locator());
        if (bytes == null) {
          throw new TransportException(TransportException.Kind.GONE, "no such picture");
        }
        return new ByteArrayInputStream(bytes);
      }
    }

    private Optional<Receipt> trouble() {
      if (closed) {
        throw new TransportException(TransportException.Kind.UNAVAILABLE, "closed");
      }
      Object trouble = troubles.poll();
      if (trouble instanceof TransportException e) {
        throw e;
      }
      return Optional.ofNullable((Receipt) trouble);
    }
  }
}
