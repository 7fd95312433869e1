package dev.easel.telegram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.easel.chat.OperationId;
import dev.easel.chat.TransportId;
import dev.easel.store.Expect;
import dev.easel.store.Key;
import dev.easel.store.StateStore;
import dev.easel.store.Versioned;
import dev.easel.testkit.RecordingHost;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final TransportId ID = new TransportId("telegram", "main");

  private final StateStore store = new RecordingHost().state();

  /** Between being refused the entry and reading it, the other sender says that it did not send. */
  @Test
  void entryThatVanishesMeanwhileWasNotSentAndIsBegunAnew() {
    OperationId operation = OperationId.of("d:job-1");
    Ledger other = new Ledger(store, ID);
    Ledger.Entry.Begun begun = (Ledger.Entry.Begun) other.begin(operation);
    StateStore meanwhile =
        new StateStore() {
          @Override
          public Optional<Versioned> get(Key key) {
            other.notSent(operation, begun.version());
            return store.get(key);
          }

          @Override
          public Optional<Long> put(Key key, byte[] value, Duration timeToLive, Expect expect) {
            return store.put(key, value, timeToLive, expect);
          }

          @Override
          public boolean remove(Key key, Expect expect) {
            return store.remove(key, expect);
          }
        };

    assertThat(new Ledger(meanwhile, ID).begin(operation)).isInstanceOf(Ledger.Entry.Begun.class);
  }
}
