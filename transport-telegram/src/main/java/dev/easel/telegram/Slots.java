package dev.easel.telegram;

import dev.easel.chat.MessageRef;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets changes of one message go out one at a time, and only the latest of those that wait:
 * progress is a latest value, and what is final overtakes it.
 */
final class Slots {

  /** The place of one message while something changes it. Closing leaves it. */
  final class Slot implements AutoCloseable {
    private final String key;
    private final ReentrantLock lock = new ReentrantLock(true);
    private int users;
    private long newest;
    private long newestFinal;

    private Slot(String key) {
      this.key = key;
    }

    private void leave() {
      synchronized (slots) {
        if (--users == 0) {
          slots.remove(key);
        }
      }
    }

    @Override
    public void close() {
      lock.unlock();
      leave();
    }
  }

  private final Map<String, Slot> slots = new HashMap<>();

  /**
   * Waits for the message's earlier changes.
   *
   * @return null: a newer change came meanwhile, and this one is not to be made
   */
  @org.jspecify.annotations.Nullable
  Slot enter(MessageRef which, boolean isFinal) throws InterruptedException {
    String key = which.conversation().key() + "/" + which.ids().get(0);
    Slot slot;
    long mine;
    synchronized (slots) {
      slot = slots.computeIfAbsent(key, Slot::new);
      slot.users++;
      mine = ++slot.newest;
      if (isFinal) {
        slot.newestFinal = mine;
      }
    }
    try {
      slot.lock.lockInterruptibly();
    } catch (InterruptedException e) {
      slot.leave();
      throw e;
    }
    synchronized (slots) {
      if (isFinal || mine == slot.newest && slot.newestFinal == 0) {
        return slot;
      }
    }
    slot.close();
    return null;
  }
}
