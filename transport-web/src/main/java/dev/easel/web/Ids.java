package dev.easel.web;

import dev.easel.chat.ConversationRef;
import dev.easel.chat.OperationId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Makes ids from what caused them, so that a repetition has the same; none shows a conversation's.
 */
final class Ids {
  private static final Pattern UUID_V4 =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");

  private Ids() {}

  /** Reads a conversation's id in its one form; empty if it is no UUID of version 4. */
  static Optional<String> conversation(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return UUID_V4.matcher(lower).matches() ? Optional.of(lower) : Optional.empty();
  }

  static String messageOfBot(ConversationRef conversation, OperationId operation) {
    return "b" + hash(conversation.key(), operation.value());
  }

  /**
   * @param key the client's name for this message, so that repeating it is safe
   */
  static String messageOfPerson(ConversationRef conversation, Optional<String> key) {
    return "u" + hash(conversation.key(), key.orElseGet(() -> UUID.randomUUID().toString()));
  }

  static String press() {
    return "p" + UUID.randomUUID().toString().replace("-", "");
  }

  /** Opaque, since it may be logged and a conversation's id is its key. */
  static String user(String address, String conversation) {
    return hash(address, conversation);
  }

  /** What a state looks like, to see whether a new one differs. */
  static String digest(byte[] state) {
    return HexFormat.of().formatHex(sha256(state), 0, 16);
  }

  private static String hash(String a, String b) {
    byte[] hash = sha256((a + "\n" + b).getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 16));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
