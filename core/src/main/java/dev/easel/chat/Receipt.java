package dev.easel.chat;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What became of a message. */
public sealed interface Receipt {
  /**
   * It is there.
   *
   * @param buttons the message that bears the buttons, where it had to be another one (under an
   *     album)
   * @param media one for each picture, where the platform can send them again
   */
  record Delivered(MessageRef message, Optional<MessageRef> buttons, List<MediaRef> media)
      implements Receipt {
    public Delivered {
      requireNonNull(message, "message");
      requireNonNull(buttons, "buttons");
      media = List.copyOf(media);
    }

    public static Delivered of(MessageRef message) {
      return new Delivered(message, Optional.empty(), List.of());
    }
  }

  /** It already looked like that. */
  record Unchanged() implements Receipt {}

  /** The platform could not edit it, so it was sent anew. */
  record Replaced(MessageRef message, Optional<MessageRef> buttons, List<MediaRef> media)
      implements Receipt {
    public Replaced {
      requireNonNull(message, "message");
      requireNonNull(buttons, "buttons");
      media = List.copyOf(media);
    }
  }

  /** Not sent: the platform, or a limit towards it, says to come again. */
  record Deferred(Duration retryAfter) implements Receipt {
    public Deferred {
      requireNonNull(retryAfter, "retryAfter");
    }
  }

  /** Nobody is there any more: blocked, deleted, or the message is gone. */
  record Gone(String reason) implements Receipt {
    public Gone {
      requireNonNull(reason, "reason");
    }
  }

  /** It went out and no answer came: it may be there. */
  record Uncertain() implements Receipt {}

  /** The platform will never take it. */
  record Rejected(String limit) implements Receipt {
    public Rejected {
      requireNonNull(limit, "limit");
    }
  }
}
